-- The extensions that people use most, each in use.
CREATE EXTENSION postgis;
CREATE EXTENSION postgis_topology;
CREATE EXTENSION vector;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION "uuid-ossp";
CREATE EXTENSION citext;
CREATE SCHEMA elsewhere;
CREATE EXTENSION hstore SCHEMA elsewhere;
CREATE EXTENSION unaccent;
CREATE EXTENSION ltree;
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
CREATE EXTENSION btree_gin;
CREATE EXTENSION btree_gist;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION codeb_probe;

-- A row of one's own in a table that the extension fills.
INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
SELECT 990001, 'own', 990001, srtext, proj4text FROM spatial_ref_sys WHERE srid = 3857;
INSERT INTO probe_setting VALUES ('own', 'a value of one''s own', false);
SELECT topology.CreateTopology('roads', 4326);

CREATE TABLE city (id int PRIMARY KEY, name citext UNIQUE, place geometry(Point, 4326), area geography);
INSERT INTO city
SELECT g, 'City ' || g, ST_SetSRID(ST_MakePoint(g % 180, g % 90), 4326),
       ST_Buffer(ST_SetSRID(ST_MakePoint(g % 180, g % 80), 4326)::geography, 100)
FROM generate_series(1, 500) g;
CREATE INDEX ON city USING gist (place);
CREATE INDEX ON city USING gin (name gin_trgm_ops);

CREATE TABLE item (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    embedding vector(3),
    attributes elsewhere.hstore,
    path ltree,
    hash bytea DEFAULT digest('secret', 'sha256'));
INSERT INTO item (embedding, attributes, path)
SELECT ARRAY[g, g / 2.0, 1]::vector, elsewhere.hstore('n', g::text), ('top.n' || g)::ltree
FROM generate_series(1, 200) g;
CREATE INDEX ON item USING hnsw (embedding vector_l2_ops);
CREATE INDEX ON item USING gist (path);
CREATE INDEX ON item USING gin (attributes);

CREATE TABLE booking (room int, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&));
INSERT INTO booking VALUES (1, '[2026-01-01, 2026-01-02)'), (2, '[2026-01-01, 2026-01-02)');
CREATE INDEX ON booking USING gin (room);

CREATE TABLE spot (lat float8, lon float8, label text);
INSERT INTO spot SELECT g % 80, g % 170, 'Café ' || g FROM generate_series(1, 100) g;
CREATE INDEX ON spot USING gist (ll_to_earth(lat, lon));
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN public.unaccent('public.unaccent', $1);
CREATE INDEX ON spot (plain(label));
CREATE MATERIALIZED VIEW near AS SELECT label, cube_dim(ll_to_earth(lat, lon)) AS dimensions FROM spot;

CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere', dbname 'other');
CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user 'somebody');
CREATE FOREIGN TABLE remote (id int, name text) SERVER other;
CREATE VIEW busiest AS SELECT query FROM pg_stat_statements ORDER BY calls DESC;
