CREATE TABLE "receipt" (
	"user_id" text COLLATE "C" NOT NULL,
	"instance" text COLLATE "C" NOT NULL,
	"version" bigint NOT NULL,
	"positioned_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "receipt_user_id_instance_pk" PRIMARY KEY("user_id","instance")
);
--> statement-breakpoint
CREATE TABLE "replica" (
	"instance" text COLLATE "C" PRIMARY KEY NOT NULL,
	"region" text COLLATE "C" NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone,
	"is_caught_up" boolean
);
--> statement-breakpoint
ALTER TABLE "outcome" ADD COLUMN "version" bigint;--> statement-breakpoint
-- Room in each page, so that a newer version of a receipt costs no work in its index.
ALTER TABLE "receipt" SET (fillfactor = 45);