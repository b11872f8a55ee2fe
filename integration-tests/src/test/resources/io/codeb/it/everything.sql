-- One of every kind of thing that PostgreSQL 13 and newer can hold, in the states that dumps find hardest.

CREATE SCHEMA "we""ird $(x) 'name'";
CREATE SCHEMA "쇼핑";
CREATE SCHEMA "select";
COMMENT ON SCHEMA "쇼핑" IS 'COPY public.fake (a) FROM stdin;
1
\.
still a comment; -- and /* this */';

CREATE EXTENSION hstore;
CREATE EXTENSION pg_trgm SCHEMA "쇼핑";
CREATE EXTENSION btree_gist;

-- Types

CREATE TYPE mood AS ENUM ('sad', 'o''k', 'very "happy"');
CREATE TYPE address AS (street text, number integer, tags text[]);
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE TYPE price_range AS RANGE (subtype = numeric);
CREATE COLLATION byte_order (provider = libc, locale = 'C');

-- Every type, with the values that break

CREATE TABLE every_type (
    id integer GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT -3 MINVALUE -1000 MAXVALUE 100) PRIMARY KEY,
    small smallint, big bigint, exact numeric, money_value money, single real, twice double precision,
    flag boolean, letter "char", fixed char(5), bounded varchar(10), free text COLLATE byte_order, ident name,
    bytes bytea, day date, moment timestamptz, local timestamp(3), clock time, zoned timetz, span interval,
    plain json, binary_json jsonb, markup xml, key uuid, host inet, net cidr, mac macaddr, mac8 macaddr8,
    bits bit(5), many_bits bit varying, words tsvector, search tsquery,
    dot point, straight line, segment lseg, rectangle box, road path, area polygon, round circle,
    numbers int4range, times tstzrange, prices price_range,
    list integer[], grid text[][], shifted integer[], feeling mood, feelings mood[], home address, homes address[],
    contact email, pairs hstore, object oid, position pg_lsn, snap txid_snapshot,
    doubled numeric GENERATED ALWAYS AS (exact * 2) STORED
);
INSERT INTO every_type (small, big, exact, money_value, single, twice, flag, letter, fixed, bounded, free, ident, bytes,
    day, moment, local, clock, zoned, span, plain, binary_json, markup, key, host, net, mac, mac8, bits, many_bits, words,
    search, dot, straight, segment, rectangle, road, area, round, numbers, times, prices, list, grid, shifted, feeling,
    feelings, home, homes, contact, pairs, object, position, snap)
VALUES
    (-32768, 9223372036854775807, 'NaN', -92233720368547758.08, 'Infinity', 'NaN', true, 'x', 'ab', 'ten chars!',
     E'tab\there\nnew line\r\ncarriage\\backslash\\.\n\\.\nNULL \\N "quoted" ''single'' \x01\x1f\x7f 쇼핑 😀', 'name',
     '\x00ff5c2e0a', 'infinity', '-infinity', '4714-11-24 00:00:00 BC', '24:00:00', '23:59:59.999999-15:59',
     '178000000 years -11 mons 1 day -00:00:00.000001', '{"a": "\u0041", "a": 2}', '{"b": [1, null, "x"]}',
     '<a b="c">d</a>', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2001:db8::1/64', '10.0.0.0/8', '08:00:2b:01:02:03',
     '08:00:2b:01:02:03:04:05', B'10101', B'', 'a:1A fat:2B,4C cat:5D', 'fat & !rat:ab', '(1,-2)', '{1,2,3}',
     '[(0,0),(1,1)]', '(2,2),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(0,0),3>', '[1,10)',
     '(,2026-01-01 00:00:00+00]', '[0.5,)', '{1,NULL,-3}', '{{"a,b","c\"d"},{"","NULL"}}', '[-2:0]={7,8,9}',
     'very "happy"', '{sad,"o''k"}', ROW('Main "St"', NULL, '{x,"y z"}'), ARRAY[ROW('a', 1, NULL)::address],
     'a@b', '"a key"=>"a => value", b=>NULL', 4294967295, '16/B374D848', '10:20:10,14,15');
INSERT INTO every_type (exact, single, twice, letter, fixed, bounded, free, ident, bytes, day, moment, local, plain,
    binary_json, markup, bits, many_bits, words, search, numbers, times, list, grid, feelings, home, homes, pairs)
VALUES (0.00000000000000000000000000000000000001, '-0', 4.9e-324, '', '', '', '', '', '', '5874897-12-31',
    '294276-12-31 23:59:59.999999+00', '4714-11-24 00:00:00 BC', 'null', 'null', '', B'00000', B'', '', '', 'empty', '(,)',
    '{}', '{}', '{}', ROW(NULL, NULL, NULL), '{}', '');
INSERT INTO every_type (exact) VALUES (1e131071), (-1e-16383), (NULL);

-- Names

CREATE TABLE "we""ird $(x) 'name'"."we""ird $(x) 'name'" ("we""ird $(x) 'name'" text, "select" int, "열" text);
INSERT INTO "we""ird $(x) 'name'"."we""ird $(x) 'name'"
    SELECT 'row ' || g, g, '값 ' || g FROM generate_series(1, 7) g;
CREATE TABLE "select"."from" ("where" int, "COPY" text DEFAULT 'COPY public.fake FROM stdin;');
INSERT INTO "select"."from" ("where") VALUES (1), (2);
CREATE TABLE "쇼핑"."주문" ("번호" bigserial PRIMARY KEY, "내용" text);
INSERT INTO "쇼핑"."주문" ("내용") SELECT '주문 ' || g FROM generate_series(1, 5) g;
CREATE TABLE "with.dot; and -- comment" (a int);
INSERT INTO "with.dot; and -- comment" VALUES (1), (NULL);

-- Odd tables

CREATE TABLE nothing_in_it (a int, b text);
CREATE TABLE no_columns ();
INSERT INTO no_columns SELECT FROM generate_series(1, 3);
CREATE UNLOGGED TABLE unlogged (a int);
INSERT INTO unlogged VALUES (1), (2);
CREATE TABLE dropped_column (a int, b text, c int);
INSERT INTO dropped_column VALUES (1, 'gone', 2);
ALTER TABLE dropped_column DROP COLUMN b;
CREATE TABLE one_empty_text (a text);
INSERT INTO one_empty_text VALUES (''), (NULL), ('\.'), ('\N'), (E'\\.\n'), ('');
DO $wide$
BEGIN
    EXECUTE 'CREATE TABLE wide (' || (SELECT string_agg('column_number_' || g || ' text', ', ') FROM generate_series(1, 1000) g) || ')';
    EXECUTE 'INSERT INTO wide SELECT ' || (SELECT string_agg('''v' || g || '''', ', ') FROM generate_series(1, 1000) g) || ' FROM generate_series(1, 3)';
END
$wide$;
CREATE TABLE large_values (id int, content text, bytes bytea);
INSERT INTO large_values SELECT 1, repeat('x', 5000000), decode(repeat('00ff', 500000), 'hex');

-- Partitions and inheritance

CREATE TABLE measured (at date NOT NULL, place int NOT NULL, value numeric) PARTITION BY RANGE (at);
CREATE TABLE measured_2025 PARTITION OF measured FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE measured_2026 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH (place);
CREATE TABLE measured_2026_0 PARTITION OF measured_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE measured_2026_1 PARTITION OF measured_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE measured_rest PARTITION OF measured DEFAULT;
CREATE INDEX ON measured (place, at);
INSERT INTO measured SELECT date '2024-06-01' + g * 10, g % 5, g FROM generate_series(0, 99) g;
CREATE TABLE parent (id int, kind text);
CREATE TABLE child (extra text, kind text DEFAULT 'child') INHERITS (parent);
INSERT INTO parent VALUES (1, 'parent');
INSERT INTO child VALUES (2, 'child', 'more'), (3, 'child', NULL);

-- Constraints

CREATE TABLE team (id int PRIMARY KEY, lead int);
CREATE TABLE member (id int PRIMARY KEY, team int REFERENCES team DEFERRABLE INITIALLY DEFERRED, boss int REFERENCES member);
ALTER TABLE team ADD FOREIGN KEY (lead) REFERENCES member DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO team VALUES (1, 2), (2, 1);
INSERT INTO member VALUES (2, 1, NULL), (1, 2, 2);
COMMIT;
CREATE TABLE booking (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&));
INSERT INTO booking VALUES (1, '[2026-01-01, 2026-01-02)'), (1, '[2026-01-02, 2026-01-03)');
ALTER TABLE booking ADD CONSTRAINT not_checked_yet CHECK (room < 1000) NOT VALID;
CREATE UNIQUE INDEX only_some ON every_type (lower(free)) WHERE flag;
CREATE INDEX by_trigram ON "쇼핑"."주문" USING gin ("내용" "쇼핑".gin_trgm_ops);
CREATE STATISTICS correlated (dependencies) ON place, at FROM measured;

-- Sequences in odd states

CREATE SEQUENCE never_used START 17;
CREATE SEQUENCE used_up MAXVALUE 3 CYCLE;
SELECT nextval('used_up'), nextval('used_up'), nextval('used_up');
CREATE SEQUENCE downwards AS smallint INCREMENT -1 MINVALUE -50 MAXVALUE -10 START -10 CACHE 5;
SELECT nextval('downwards');
SELECT setval('downwards', -20, false);

-- Code

CREATE FUNCTION looks_like_data() RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
    -- The next lines are no data:
    RETURN '
COPY public.fake (a) FROM stdin;
1
2
\.
';
    /* nor /* is */ this: COPY public.fake FROM stdin; */
END
$body$;
CREATE FUNCTION nested_dollars() RETURNS text LANGUAGE sql AS $a$ SELECT $b$COPY public.fake FROM stdin;$b$ || $$;$$ $a$;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := coalesce(NEW.a, 0) + 1000; RETURN NEW; END';
CREATE TABLE triggered (a int);
INSERT INTO triggered VALUES (1);
CREATE TRIGGER stamping BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TABLE ruled (a int);
INSERT INTO ruled VALUES (1), (2);
CREATE RULE nothing_more AS ON INSERT TO ruled DO INSTEAD NOTHING;
CREATE PROCEDURE do_nothing() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE longest(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);
CREATE FUNCTION mood_of(integer) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT ''sad''::mood';
CREATE CAST (integer AS mood) WITH FUNCTION mood_of(integer);
CREATE TEXT SEARCH CONFIGURATION plain_words (COPY = simple);
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch_ddl ON ddl_command_end EXECUTE FUNCTION on_ddl();

-- Views

CREATE VIEW all_parents AS SELECT id, kind FROM parent;
CREATE MATERIALIZED VIEW sums AS SELECT place, sum(value) AS total FROM measured GROUP BY place;
CREATE UNIQUE INDEX ON sums (place);
CREATE MATERIALIZED VIEW not_filled AS SELECT 1 AS one WITH NO DATA;
CREATE MATERIALIZED VIEW on_top AS SELECT max(total) AS most FROM sums;

-- Rights

CREATE TABLE guarded (owner_name name DEFAULT current_user, secret text);
INSERT INTO guarded (secret) VALUES ('mine'), ('mine too');
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON guarded USING (owner_name = current_user) WITH CHECK (true);
GRANT SELECT (owner_name), UPDATE ON guarded TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA "쇼핑" GRANT SELECT ON TABLES TO PUBLIC;
REVOKE ALL ON FUNCTION looks_like_data() FROM PUBLIC;

-- Others

CREATE PUBLICATION everything_else FOR TABLE parent, child;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far_away FOREIGN DATA WRAPPER nowhere OPTIONS (host 'x''y');
CREATE FOREIGN TABLE abroad (a int) SERVER far_away;
SELECT lo_from_bytea(424242, decode(repeat('cafe00', 100000), 'hex'));
SELECT lo_from_bytea(424243, '');
COMMENT ON LARGE OBJECT 424242 IS 'a large object';
COMMENT ON TABLE "쇼핑"."주문" IS $c$Comment with 'quotes', $dollars$ and
several lines \.$c$;
COMMENT ON COLUMN every_type.free IS '--';
