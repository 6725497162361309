-- +goose Up
-- What an address of a customer is called: "work", "mother's phone".
ALTER TABLE customer_addresses ADD COLUMN label TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE customer_addresses DROP COLUMN label;
