package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableRows;
import java.util.List;
import java.util.Optional;

/**
 * What was restored. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param server the version of the server that holds it now
 * @param tables rows by table, counted in the restored database, in the order of their names
 * @param notices what did not stop the restore and the caller should know, in the order of its happening
 * @param replaced what was replaced and is kept; empty where nothing was, or it was dropped
 * @param checksums of how many tables the contents were compared by checksums; 0 where the dump has none, and where
 *     that was not wanted
 * @param clean whether the run has left nothing; else it is looked for once more
 */
@CheckReturnValue
public record RestoreFacts(
        ServerVersion server,
        List<TableRows> tables,
        List<Notice> notices,
        Optional<ReplacedDatabase> replaced,
        int checksums,
        boolean clean) {
    /** Copies the lists. */
    public RestoreFacts {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    /**
     * What was restored, without notices, by a run that has left nothing.
     *
     * @param server the version of the server that holds it now
     * @param tables rows by table, counted in the restored database, in the order of their names
     * @return to be changed
     */
    public static RestoreFacts of(ServerVersion server, List<TableRows> tables) {
        return new RestoreFacts(server, tables, List.of(), Optional.empty(), 0, true);
    }

    /**
     * Adds what the caller should know.
     *
     * @param more in the order of its happening
     * @return a changed copy
     */
    public RestoreFacts withNotices(List<Notice> more) {
        return new RestoreFacts(server, tables, more, replaced, checksums, clean);
    }

    /**
     * Says what was replaced and is kept.
     *
     * @param kept empty where nothing was, or it was dropped
     * @return a changed copy
     */
    public RestoreFacts withReplaced(Optional<ReplacedDatabase> kept) {
        return new RestoreFacts(server, tables, notices, kept, checksums, clean);
    }

    /**
     * Says that contents were compared.
     *
     * @param compared of how many tables
     * @return a changed copy
     */
    public RestoreFacts withChecksums(int compared) {
        return new RestoreFacts(server, tables, notices, replaced, compared, clean);
    }

    /**
     * Says that the run has left something on the server, which could not be ended.
     *
     * @return a changed copy
     */
    public RestoreFacts withLeftovers() {
        return new RestoreFacts(server, tables, notices, replaced, checksums, false);
    }
}
