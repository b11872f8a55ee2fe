package io.codeb.spi.engine;

import io.codeb.model.CheckReturnValue;
import io.codeb.model.DumpMode;
import io.codeb.model.EntryKind;
import io.codeb.model.Selection;

/**
 * What to dump. Begin with {@link #of}, so that a component that joins later changes nothing for you.
 *
 * @param selection which part of the database
 * @param globals whether roles and other globals of the server are dumped too
 * @param passwordHashes whether the globals hold the roles' password hashes
 * @param checksums whether an entry of the kind {@link EntryKind#CHECKSUMS} is made, of the same moment as the dump. An
 *     engine that cannot refuses before it opens any entry
 * @param mode how the database is read. An engine that cannot read it so refuses before it opens any entry
 */
@CheckReturnValue
public record DumpSpec(Selection selection, boolean globals, boolean passwordHashes, boolean checksums, DumpMode mode) {
    /**
     * A part of a database, and nothing beside it.
     *
     * @param selection which part
     * @return to be changed
     */
    public static DumpSpec of(Selection selection) {
        return new DumpSpec(selection, false, false, false, DumpMode.AUTOMATIC);
    }

    /**
     * Says that the globals are dumped too.
     *
     * @param hashes whether with the roles' password hashes
     * @return a changed copy
     */
    public DumpSpec withGlobals(boolean hashes) {
        return new DumpSpec(selection, true, hashes, checksums, mode);
    }

    /**
     * Says that it is noted what the rows of each table add up to.
     *
     * @return a changed copy
     */
    public DumpSpec withChecksums() {
        return new DumpSpec(selection, globals, passwordHashes, true, mode);
    }

    /**
     * Says how the database is read.
     *
     * @param wanted the mode
     * @return a changed copy
     */
    public DumpSpec withMode(DumpMode wanted) {
        return new DumpSpec(selection, globals, passwordHashes, checksums, wanted);
    }
}
