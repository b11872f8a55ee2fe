-- A small database with one of each that people have, owned by somebody who is no superuser. All of it fits into LATIN1.
SET SESSION AUTHORIZATION forms_owner;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');

CREATE TABLE customers (
    id serial PRIMARY KEY,
    name text NOT NULL UNIQUE,
    mood mood DEFAULT 'ok'
);
COMMENT ON TABLE customers IS 'who buys; \connect nowhere';
INSERT INTO customers (name, mood) VALUES
    ('Ann O''Neill', 'happy'), ('back\slash and tab	', 'sad'), ('two
lines', NULL), ('Jörg', 'happy'), ('\.', 'ok');

CREATE TABLE "Größe, in cm" (
    customer integer PRIMARY KEY REFERENCES customers,
    "Länge" numeric(6, 2) NOT NULL CHECK ("Länge" > 0)
);
INSERT INTO "Größe, in cm" SELECT id, 170 + id FROM customers WHERE id <> 5;

CREATE SEQUENCE tickets START WITH 1000 INCREMENT BY 5;
SELECT nextval('tickets'), nextval('tickets');

CREATE FUNCTION greet(who text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'Hello; ' || who $$;
REVOKE EXECUTE ON FUNCTION greet(text) FROM PUBLIC;

CREATE VIEW happy_customers AS SELECT id, greet(name) AS greeting FROM customers WHERE mood = 'happy';
GRANT SELECT ON customers, happy_customers TO forms_reader;

SELECT lo_from_bytea(4711, '\xcafe000d0aff');
COMMENT ON LARGE OBJECT 4711 IS 'a picture';
