package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
import io.codeb.model.RestoreOptions;
import java.util.Set;

/**
 * What a script may do, and where.
 *
 * @param database the database that is loaded, whatever the script calls it
 * @param serverMajor the server's major version
 * @param oneTransaction whether the script runs inside a transaction that is committed only after it
 * @param ownBackup whether our own backup wrote the script: what its definitions call was in the database before
 * @param options what the caller wants of it
 * @param serverRoles the roles that the server has; asked for only where the script may make others
 */
public record ScriptRules(
        String database,
        int serverMajor,
        boolean oneTransaction,
        boolean ownBackup,
        RestoreOptions options,
        Set<String> serverRoles) {
    public ScriptRules {
        serverRoles = Set.copyOf(serverRoles);
    }

    /** For a script of unknown origin, of which nothing is allowed but to fill the database. */
    public static ScriptRules guarded(String database, int serverMajor) {
        return new ScriptRules(database, serverMajor, false, false, RestoreOptions.AS_DUMPED, Set.of());
    }

    public ScriptRules inOneTransaction(boolean is) {
        return new ScriptRules(database, serverMajor, is, ownBackup, options, serverRoles);
    }

    public ScriptRules ofOwnBackup(boolean is) {
        return new ScriptRules(database, serverMajor, oneTransaction, is, options, serverRoles);
    }

    public ScriptRules with(RestoreOptions wanted) {
        return new ScriptRules(database, serverMajor, oneTransaction, ownBackup, wanted, serverRoles);
    }

    public ScriptRules onServerWithRoles(Set<String> roles) {
        return new ScriptRules(database, serverMajor, oneTransaction, ownBackup, options, roles);
    }

    boolean allows(Reach reach) {
        return options.allowed().contains(reach);
    }
}
