package io.codeb.postgresql.internal.catalog;

import io.codeb.model.TableName;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptPromises.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sequences of a database, as psql's session sees them. */
public final class StoredSequences {
    private static final String SEQUENCES = "c.oid, " + ServerName.hex("n.nspname") + ", "
            + ServerName.hex("c.relname") + ", s.seqincrement > 0, pg_catalog.has_sequence_privilege(c.oid, 'SELECT')"
            + " AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
            + " FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";

    private static final int READ_AT_A_TIME = 1_000;

    private StoredSequences() {}

    /**
     * A sequence.
     *
     * @param ascending whether its numbers grow
     * @param position where it stands; null where the user may not read it
     */
    public record StoredSequence(
            boolean ascending, @Nullable Position position) {
        /** Whether it would give out numbers that one at a position has behind it. */
        public boolean isBehind(Position other) {
            if (position == null || position.lastValue() == other.lastValue()) {
                return position != null && !position.called() && other.called();
            }
            return ascending == position.lastValue() < other.lastValue();
        }
    }

    /**
     * Reads where sequences stand.
     *
     * @param psql in the database
     * @param wanted which of them
     * @return those that there are
     */
    public static Map<TableName, StoredSequence> of(PsqlLoad psql, Set<TableName> wanted) {
        Map<TableName, StoredSequence> found = new HashMap<>();
        Map<String, TableName> readable = new HashMap<>();
        for (String answer : psql.ask(List.of(SEQUENCES))) {
            String[] parts = answer.split("\\|", 5);
            TableName name = new TableName(ServerName.text(parts[1]), ServerName.text(parts[2]));
            if (wanted.contains(name)) {
                found.put(name, new StoredSequence(parts[3].equals("t"), null));
                if (parts[4].equals("t")) {
                    readable.put(parts[0], name);
                }
            }
        }
        List<String> oids = new ArrayList<>(readable.keySet());
        for (int i = 0; i < oids.size(); i += READ_AT_A_TIME) {
            List<String> some = oids.subList(i, Math.min(oids.size(), i + READ_AT_A_TIME));
            // The server itself writes the names into the statements.
            String statements = "pg_catalog.format('%s, last_value, is_called FROM %I.%I', c.oid, n.nspname, c.relname)"
                    + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE c.oid IN (" + String.join(", ", some) + ")";
            for (String answer : psql.askWhatItAnswers(statements)) {
                String[] parts = answer.split("\\|", 3);
                Position position = new Position(Long.parseLong(parts[1]), parts[2].equals("t"));
                found.computeIfPresent(
                        readable.get(parts[0]), (name, sequence) -> new StoredSequence(sequence.ascending(), position));
            }
        }
        return found;
    }
}
