CREATE TABLE "follow_up" (
	"user_id" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"event" json NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"claim" text NOT NULL,
	CONSTRAINT "follow_up_user_id_source_id_pk" PRIMARY KEY("user_id","source","id")
);
--> statement-breakpoint
ALTER TABLE "parked" ADD COLUMN "alone" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "follow_up_due" ON "follow_up" USING btree ("due_at");