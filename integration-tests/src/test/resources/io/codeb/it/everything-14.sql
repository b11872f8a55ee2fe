-- What came with PostgreSQL 14.

CREATE FUNCTION standard_body(a integer, b integer) RETURNS integer LANGUAGE sql
BEGIN ATOMIC
    SELECT a + b;
    SELECT CASE WHEN a > b THEN a ELSE b END;
END;
CREATE PROCEDURE standard_insert(a integer) BEGIN ATOMIC INSERT INTO nothing_in_it (a) VALUES (a); DELETE FROM nothing_in_it; END;
CREATE TABLE compressed (a text COMPRESSION pglz);
INSERT INTO compressed SELECT repeat('abc', 10000) FROM generate_series(1, 3);
CREATE TABLE multi (ranges int4multirange);
INSERT INTO multi VALUES ('{[1,3),[5,9)}'), ('{}');
