package io.codeb.storage.local;

import io.codeb.spi.storage.StorageBackend;
import io.codeb.tck.storage.StorageContract;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a file system that has no hard links, as FAT has none. */
class WithoutHardLinksContractTest extends StorageContract {
    @TempDir
    Path directory;

    @Override
    protected StorageBackend openStorage() {
        return new LocalStorage(directory.resolve("backups"), (link, existing) -> {
            throw new FileSystemException(link.toString(), existing.toString(), "Operation not permitted");
        });
    }
}
