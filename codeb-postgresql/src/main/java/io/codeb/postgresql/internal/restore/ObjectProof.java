package io.codeb.postgresql.internal.restore;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.postgresql.internal.catalog.StoredSequences;
import io.codeb.postgresql.internal.catalog.StoredSequences.StoredSequence;
import io.codeb.postgresql.internal.catalog.Unsound;
import io.codeb.postgresql.internal.catalog.Unsound.Thing;
import io.codeb.postgresql.internal.program.PsqlLoad;
import io.codeb.postgresql.internal.script.ScriptPromises;
import io.codeb.postgresql.internal.script.ScriptPromises.Position;
import io.codeb.postgresql.internal.script.ShortList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what a restored database holds besides rows with what its script says: indexes, constraints, sequences,
 * large objects, extensions. The script is the dump itself, as of the dump's one moment, so it is a better witness than
 * any look at the source beside it.
 */
final class ObjectProof {
    /** Of a database that had nothing in it. */
    static final ObjectProof OF_NEW_DATABASE = new ObjectProof(Set.of(), 0);

    private static final List<String> LARGE_OBJECTS =
            List.of("pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata");
    private static final List<String> EXTENSIONS = List.of("extname FROM pg_catalog.pg_extension");

    private final Set<Thing> unsoundBefore;
    private final long largeObjectsBefore;

    private ObjectProof(Set<Thing> unsoundBefore, long largeObjectsBefore) {
        this.unsoundBefore = unsoundBefore;
        this.largeObjectsBefore = largeObjectsBefore;
    }

    /** Looks at a database before anything is loaded into it: what it has already is none of the load's. */
    static ObjectProof before(PsqlLoad psql) {
        return new ObjectProof(new HashSet<>(Unsound.of(psql)), largeObjects(psql));
    }

    private static long largeObjects(PsqlLoad psql) {
        return Long.parseLong(psql.ask(LARGE_OBJECTS).get(0));
    }

    /**
     * Compares.
     *
     * @param psql a session of our own, or one that is sober again
     * @param loaded what went into psql
     * @param job is told what is not as one would wish and no fault of the restore's
     * @throws IntegrityException {@code RESTORE_DIFFERS}
     */
    void compare(PsqlLoad psql, Proof.Loaded loaded, RestoreJob job) {
        if (!loaded.compared()) {
            return;
        }
        ScriptPromises promises = loaded.promises();
        List<String> differences = new ArrayList<>();
        soundness(psql, promises.notValidated(), differences, job);
        sequences(psql, promises.sequences(), differences, job);
        if (promises.largeObjects() > 0) {
            long found = largeObjects(psql) - largeObjectsBefore;
            if (found < promises.largeObjects()) {
                differences.add("there are " + found + " large objects instead of " + promises.largeObjects());
            }
        }
        if (!promises.extensions().isEmpty()) {
            List<String> found = psql.ask(EXTENSIONS);
            promises.extensions().stream()
                    .filter(extension -> !found.contains(extension))
                    .sorted()
                    .forEach(extension -> differences.add("extension " + extension + " is missing"));
        }
        if (!differences.isEmpty()) {
            throw new IntegrityException(
                    ErrorCode.RESTORE_DIFFERS,
                    "the restored database is not as the dump says: " + ShortList.of(differences),
                    "nothing was kept of this restore; look who else works in databases that are restored");
        }
    }

    private void soundness(PsqlLoad psql, Set<String> notValidated, List<String> differences, RestoreJob job) {
        List<String> told = new ArrayList<>();
        for (Thing thing : Unsound.of(psql)) {
            if (!unsoundBefore.contains(thing)) {
                boolean asDumped = thing.kind() == Unsound.Kind.CONSTRAINT
                        ? notValidated.contains(thing.name())
                        : thing.kind() == Unsound.Kind.PARTITIONED_INDEX;
                (asDumped ? told : differences).add(thing.text());
            }
        }
        if (!told.isEmpty()) {
            job.notice("not-sound", "as it was in the source: " + ShortList.of(told));
        }
    }

    private static void sequences(
            PsqlLoad psql, Map<TableName, Position> expected, List<String> differences, RestoreJob job) {
        if (expected.isEmpty()) {
            return;
        }
        Map<TableName, StoredSequence> found = StoredSequences.of(psql, expected.keySet());
        List<String> ahead = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        new TreeMap<>(expected).forEach((name, position) -> {
            StoredSequence sequence = found.get(name);
            if (sequence == null) {
                differences.add("sequence " + name + " is missing");
            } else if (sequence.position() == null) {
                unread.add(name.toString());
            } else if (!position.equals(sequence.position())) {
                String difference =
                        "sequence " + name + " is at " + text(sequence.position()) + " instead of " + text(position);
                (sequence.isBehind(position) ? differences : ahead).add(difference);
            }
        });
        if (!ahead.isEmpty()) {
            job.notice("sequence-ahead", "something has taken numbers during the load: " + ShortList.of(ahead));
        }
        if (!unread.isEmpty()) {
            job.notice("sequence-unread", "the user may not read sequences: " + ShortList.of(unread));
        }
    }

    private static String text(Position position) {
        return position.lastValue() + (position.called() ? "" : " (not given out)");
    }
}
