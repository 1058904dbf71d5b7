// What the shop sells. Prices are whole euro cents, VAT included.

export const categories = ['kitchen', 'reading', 'outdoors', 'home'] as const;

export type Category = (typeof categories)[number];

export type Product = {
  sku: string;
  title: string;
  category: Category;
  priceCents: number;
  /** The most that an offer may take off. */
  maxDiscountPercent: number;
};

export const catalog: readonly Product[] = [
  product('K-101', 'Gooseneck kettle', 'kitchen', 8_900, 20),
  product('K-102', 'Hand coffee grinder', 'kitchen', 12_900, 25),
  product('K-103', 'Cast-iron skillet, 26 cm', 'kitchen', 5_400, 15),
  product('K-104', 'Chef’s knife, 20 cm', 'kitchen', 11_500, 20),
  product('R-201', 'Reading lamp with dimmer', 'reading', 7_900, 30),
  product('R-202', 'Linen notebook, dotted', 'reading', 1_800, 10),
  product('R-203', 'Fountain pen, fine nib', 'reading', 6_400, 20),
  product('R-204', 'Walnut book stand', 'reading', 4_200, 15),
  product('O-301', 'Trail backpack, 24 l', 'outdoors', 13_900, 30),
  product('O-302', 'Insulated bottle, 0.75 l', 'outdoors', 3_200, 15),
  product('O-303', 'Head torch, 400 lumens', 'outdoors', 4_900, 25),
  product('O-304', 'Two-person tent', 'outdoors', 24_900, 35),
  product('H-401', 'Wool blanket', 'home', 9_800, 25),
  product('H-402', 'Beeswax candles, set of four', 'home', 2_600, 10),
  product('H-403', 'Oak wall clock', 'home', 8_400, 20),
  product('H-404', 'Stoneware vase', 'home', 3_900, 15),
];

function product(
  sku: string,
  title: string,
  category: Category,
  priceCents: number,
  maxDiscountPercent: number,
): Product {
  return { sku, title, category, priceCents, maxDiscountPercent };
}
