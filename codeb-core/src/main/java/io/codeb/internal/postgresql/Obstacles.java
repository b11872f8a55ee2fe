package io.codeb.internal.postgresql;

import io.codeb.model.Content;
import io.codeb.model.Manifest;
import io.codeb.model.TableRows;
import java.util.List;
import java.util.Optional;

/** What stands in the way of loading a dump into a database that exists. */
final class Obstacles {
    private static final String NOT_THE_SYSTEMS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

    private static final String RELATIONS = "pg_catalog.count(*) FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE " + NOT_THE_SYSTEMS
            + notFromAnExtension("pg_class", "c");

    private static final String ROUTINES = "pg_catalog.count(*) FROM pg_catalog.pg_proc p"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE " + NOT_THE_SYSTEMS
            + notFromAnExtension("pg_proc", "p");

    private static final String SCHEMAS = "pg_catalog.count(*) FROM pg_catalog.pg_namespace n WHERE " + NOT_THE_SYSTEMS
            + " AND n.nspname <> 'public'" + notFromAnExtension("pg_namespace", "n");

    private static final String LARGE_OBJECTS = "pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata";

    private Obstacles() {}

    private static String notFromAnExtension(String catalog, String alias) {
        return " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog." + catalog
                + "'::pg_catalog.regclass AND d.objid = " + alias + ".oid AND d.deptype = 'e')";
    }

    /**
     * Looks for what is in the way.
     *
     * @param psql is connected to the database
     * @param manifest what shall be loaded; empty when nobody knows
     * @return a few words on what is there, or empty when the way is free
     */
    static Optional<String> find(PsqlLoad psql, Optional<Manifest> manifest) {
        if (manifest.isPresent() && manifest.get().selection().content() == Content.DATA_ONLY) {
            return tableWithRows(psql, manifest.get().tables());
        }
        if (manifest.isPresent() && !manifest.get().selection().include().isEmpty()) {
            // Some tables may join others; one that is there already stops the script, and nothing is kept.
            return Optional.empty();
        }
        List<String> counts = psql.ask(List.of(RELATIONS, ROUTINES, SCHEMAS, LARGE_OBJECTS));
        boolean empty = counts.stream().allMatch("0"::equals);
        return empty
                ? Optional.empty()
                : Optional.of("it has " + counts.get(0) + " relations, " + counts.get(1) + " routines, " + counts.get(2)
                        + " schemas, " + counts.get(3) + " large objects");
    }

    private static Optional<String> tableWithRows(PsqlLoad psql, List<TableRows> tables) {
        List<String> answers = psql.ask(tables.stream()
                .map(table -> "pg_catalog.count(*) FROM (SELECT 1 FROM ONLY " + SqlText.identifier(table.schema()) + "."
                        + SqlText.identifier(table.name()) + " LIMIT 1) AS any_row")
                .toList());
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).equals("0")) {
                return Optional.of("table " + tables.get(i).table() + " has rows");
            }
        }
        return Optional.empty();
    }
}
