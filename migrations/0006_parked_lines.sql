CREATE INDEX "parked_due_first" ON "parked" USING btree ("due_at") WHERE attempts = 0;--> statement-breakpoint
CREATE INDEX "parked_due_again" ON "parked" USING btree ("due_at") WHERE attempts > 0;