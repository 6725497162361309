-- +goose Up
-- One index over all that can be searched for. Its rows have numbers of their own, because those of other tables change
-- when a file is compacted.
CREATE TABLE search_rows (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL
);
CREATE VIRTUAL TABLE search_index USING fts5 (search, content = '', contentless_delete = 1, tokenize = 'trigram');

-- +goose StatementBegin
CREATE TRIGGER undelivered_found AFTER INSERT ON undelivered BEGIN
  INSERT INTO search_rows (id, account_id) VALUES (NEW.id, NEW.account_id);
  INSERT INTO search_index (rowid, search) SELECT n, NEW.search FROM search_rows WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER undelivered_found_anew AFTER UPDATE OF search ON undelivered WHEN OLD.search <> NEW.search BEGIN
  DELETE FROM search_index WHERE rowid = (SELECT n FROM search_rows WHERE id = NEW.id);
  INSERT INTO search_index (rowid, search) SELECT n, NEW.search FROM search_rows WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER undelivered_not_found AFTER DELETE ON undelivered BEGIN
  DELETE FROM search_index WHERE rowid = (SELECT n FROM search_rows WHERE id = OLD.id);
  DELETE FROM search_rows WHERE id = OLD.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER customer_found AFTER INSERT ON customers BEGIN
  INSERT INTO search_rows (id, account_id) VALUES (NEW.id, NEW.account_id);
  INSERT INTO search_index (rowid, search) SELECT n, NEW.search FROM search_rows WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER customer_found_anew AFTER UPDATE OF search ON customers WHEN OLD.search <> NEW.search BEGIN
  DELETE FROM search_index WHERE rowid = (SELECT n FROM search_rows WHERE id = NEW.id);
  INSERT INTO search_index (rowid, search) SELECT n, NEW.search FROM search_rows WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER customer_not_found AFTER DELETE ON customers BEGIN
  DELETE FROM search_index WHERE rowid = (SELECT n FROM search_rows WHERE id = OLD.id);
  DELETE FROM search_rows WHERE id = OLD.id;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER customer_not_found;
DROP TRIGGER customer_found_anew;
DROP TRIGGER customer_found;
DROP TRIGGER undelivered_not_found;
DROP TRIGGER undelivered_found_anew;
DROP TRIGGER undelivered_found;
DROP TABLE search_index;
DROP TABLE search_rows;
