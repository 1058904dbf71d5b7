CREATE TABLE "content" (
	"user_id" text COLLATE "C" NOT NULL,
	"slot" text COLLATE "C" NOT NULL,
	"stamp" bigint NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"generated_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"content" json NOT NULL,
	CONSTRAINT "content_user_id_slot_pk" PRIMARY KEY("user_id","slot")
);
--> statement-breakpoint
CREATE TABLE "dead_letter" (
	"user_id" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"digest" text COLLATE "C" NOT NULL,
	"reason" text NOT NULL,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"event" json NOT NULL,
	"died_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "dead_letter_user_id_source_id_name_digest_pk" PRIMARY KEY("user_id","source","id","name","digest")
);
--> statement-breakpoint
CREATE TABLE "document" (
	"user_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"erased" bigint NOT NULL,
	"stored_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event" (
	"user_id" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"ticket" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"lane" text NOT NULL,
	"stamp" bigint NOT NULL,
	"digest" text NOT NULL,
	"accepted_at" timestamp (3) with time zone NOT NULL,
	"data" json,
	CONSTRAINT "event_user_id_source_id_pk" PRIMARY KEY("user_id","source","id")
);
--> statement-breakpoint
CREATE TABLE "generic" (
	"slot" text COLLATE "C" PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"stamp" bigint NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"generated_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"content" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outcome" (
	"user_id" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"outcome" text NOT NULL,
	"settled_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "outcome_user_id_source_id_name_pk" PRIMARY KEY("user_id","source","id","name")
);
--> statement-breakpoint
CREATE TABLE "parked" (
	"user_id" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"attempts" integer NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"error" text NOT NULL,
	CONSTRAINT "parked_user_id_source_id_name_pk" PRIMARY KEY("user_id","source","id","name")
);
--> statement-breakpoint
CREATE TABLE "unsent" (
	"user_id" text COLLATE "C" NOT NULL,
	"slot" text COLLATE "C" NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"claim" text NOT NULL,
	CONSTRAINT "unsent_user_id_slot_pk" PRIMARY KEY("user_id","slot")
);
--> statement-breakpoint
CREATE INDEX "event_ticket" ON "event" USING btree ("ticket");--> statement-breakpoint
CREATE INDEX "parked_due" ON "parked" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "unsent_due" ON "unsent" USING btree ("due_at");