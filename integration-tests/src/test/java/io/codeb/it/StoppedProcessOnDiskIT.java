package io.codeb.it;

import java.nio.file.Path;
import java.util.List;

/** Two processes and one directory. */
class StoppedProcessOnDiskIT extends StoppedProcessContract {
    private Path repository() {
        return directory.resolve("repository");
    }

    @Override
    HeldBackup.Storage storage() {
        return HeldBackup.Storage.directory(repository());
    }

    @Override
    List<String> objects() {
        return Aftermath.filesBelow(repository()).stream()
                .map(file -> repository().relativize(file).toString())
                .toList();
    }
}
