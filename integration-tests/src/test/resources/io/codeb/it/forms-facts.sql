-- What is in a database besides rows, as lines that are the same in every version of PostgreSQL.
SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
UNION ALL
SELECT 'relation ' || relname || ' ' || relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'owner ' || relname || ' ' || pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'privilege ' || relname || ' ' || has_table_privilege('forms_reader', oid, 'SELECT')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
UNION ALL
SELECT 'comment ' || relname || ' ' || obj_description(oid, 'pg_class')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND obj_description(oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION ALL
SELECT 'column ' || relname || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' '
    || coalesce(pg_get_expr(adbin, adrelid), '')
FROM pg_class
JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
UNION ALL
SELECT 'label ' || enumlabel || ' ' || enumsortorder FROM pg_enum
UNION ALL
SELECT 'function ' || proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'owner ' || proname || ' ' || pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'privilege ' || proname || ' ' || has_function_privilege('forms_reader', oid, 'EXECUTE')
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'row of large objects ' || oid || ' ' || lo_get(oid)::text || ' ' || coalesce(obj_description(oid, 'pg_largeobject'), '')
FROM pg_largeobject_metadata
UNION ALL
SELECT 'owner of large object ' || oid || ' ' || pg_get_userbyid(lomowner) FROM pg_largeobject_metadata
