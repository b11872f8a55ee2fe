-- Adminer 4.8.1 PostgreSQL 17.5 dump

DROP TABLE IF EXISTS "customers";
DROP SEQUENCE IF EXISTS customers_id_seq;
CREATE SEQUENCE customers_id_seq INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1;

CREATE TABLE "public"."customers" (
    "id" integer DEFAULT nextval('customers_id_seq') NOT NULL,
    "name" text NOT NULL,
    CONSTRAINT "customers_name_key" UNIQUE ("name"),
    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
) WITH (oids = false);

INSERT INTO "customers" ("id", "name") VALUES
(1,	'Ann O''Neill'),
(2,	'semicolon; and
a second line'),
(3,	'Jörg');

DROP VIEW IF EXISTS "names";
CREATE TABLE "names" ("name" text);


DROP TABLE IF EXISTS "names";
CREATE VIEW "names" AS SELECT customers.name
   FROM customers;

-- 2025-11-02 10:11:12.345678+00
