package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
import io.codeb.model.RestoreOptions;

/**
 * What a script may do, and where.
 *
 * @param database the database that is loaded, whatever the script calls it
 * @param serverMajor the server's major version
 * @param oneTransaction whether the script runs inside a transaction that is committed only after it
 * @param ownBackup whether our own backup wrote the script: what its definitions call was in the database before
 * @param options what the caller wants of it
 */
public record ScriptRules(
        String database, int serverMajor, boolean oneTransaction, boolean ownBackup, RestoreOptions options) {

    /** For a script of unknown origin, of which nothing is allowed but to fill the database. */
    public static ScriptRules guarded(String database, int serverMajor) {
        return new ScriptRules(database, serverMajor, false, false, RestoreOptions.AS_DUMPED);
    }

    public ScriptRules inOneTransaction(boolean is) {
        return new ScriptRules(database, serverMajor, is, ownBackup, options);
    }

    public ScriptRules ofOwnBackup(boolean is) {
        return new ScriptRules(database, serverMajor, oneTransaction, is, options);
    }

    public ScriptRules with(RestoreOptions wanted) {
        return new ScriptRules(database, serverMajor, oneTransaction, ownBackup, wanted);
    }

    boolean allows(Reach reach) {
        return options.allowed().contains(reach);
    }
}
