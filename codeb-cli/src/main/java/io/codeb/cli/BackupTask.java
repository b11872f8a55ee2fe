package io.codeb.cli;

import io.codeb.model.BackupRef;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command on one backup. */
abstract class BackupTask extends Task {
    /** How a backup can be named. */
    static final String WHICH = "A backup's id, REPOSITORY/PROJECT/ID, or the name of a project for its last backup.";

    @Parameters(index = "0", paramLabel = "BACKUP", description = WHICH)
    String backup = "";

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    final BackupRef ref(Session session) {
        return session.backup(backup, repository.name);
    }
}
