package io.codeb.examples.quickstart;

import io.codeb.BackupRepository;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.model.Secret;
import java.nio.file.Path;

/**
 * Backs up the database {@code shop} of a container and restores it beside itself.
 *
 * <p>The container and the directory for the backups are the arguments; the password of the user {@code shop} is in the
 * environment variable {@code SHOP_PASSWORD}.
 */
public final class Quickstart {
    private Quickstart() {}

    /**
     * Runs the program.
     *
     * @param args the container, then the directory
     */
    public static void main(String[] args) {
        String container = args[0];
        Path directory = Path.of(args[1]);
        // README begins
        Project shop = Project.postgresql("shop").container(container).password(Secret.env("SHOP_PASSWORD"));
        BackupRepository repository = BackupRepository.at(directory).zstd(3);

        try (CodeB codeb = CodeB.builder().repository(repository).project(shop).build()) {
            BackupResult backup = codeb.backups().run("shop");
            System.out.println(backup.id() + " holds " + backup.manifest().totalRows() + " rows");

            RestoreRequest request = RestoreRequest.of(backup.ref()).into("shop_copy");
            RestoreResult copy = codeb.restores().run(request);
            System.out.println(copy.database() + " holds " + copy.totalRows() + " rows");
        }
        // README ends
    }
}
