package io.codeb.storage.local;

import io.codeb.error.ConfigException;
import io.codeb.spi.provider.ConfigReader;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Opens directories: {@code local:/var/backups}, or {@code local:///var/backups}. What is not plain in a URI is
 * percent-encoded: {@code local:/var/my%20backups}.
 *
 * <p>The directory is on a POSIX file system. Folders that are missing are made with permissions 0700, files with 0600;
 * a directory that exists keeps the permissions it has.
 */
public final class LocalStorageProvider implements StorageProvider {
    static final String SCHEME = "local";

    private static final String HINT = "write it as local:/absolute/path";

    /** Makes the provider; {@link java.util.ServiceLoader} does so. */
    public LocalStorageProvider() {}

    @Override
    public String id() {
        return SCHEME;
    }

    @Override
    public StorageBackend create(ProviderConfig config) {
        ConfigReader given = config.reader();
        URI location = given.location()
                .orElseThrow(() -> new ConfigException("a storage of the scheme local needs a location", HINT));
        given.requireNothingElse();
        return new LocalStorage(directory(location));
    }

    private static Path directory(URI uri) {
        if (!SCHEME.equalsIgnoreCase(uri.getScheme())) {
            throw new ConfigException("'" + uri + "' is not of the scheme local", HINT);
        }
        if (uri.isOpaque()) {
            throw new ConfigException("'" + uri + "' does not name an absolute path", HINT);
        }
        if (uri.getRawAuthority() != null) {
            throw new ConfigException("'" + SCHEME + ":" + uri.getRawPath() + "' must not name a host", HINT);
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new ConfigException(
                    "'" + SCHEME + ":" + uri.getRawPath() + "' must have neither a query nor a fragment",
                    "a question mark in a path is written as %3F, a hash as %23");
        }
        Path directory;
        try {
            directory = Path.of(uri.getPath()).normalize();
        } catch (InvalidPathException e) {
            throw new ConfigException(
                    "'" + uri + "' is no path of this system: " + e.getReason(),
                    "for a path that is not ASCII, run Java in a UTF-8 locale");
        }
        if (directory.getNameCount() == 0) {
            throw new ConfigException("'" + uri + "' names the root of the file system", "name a directory of its own");
        }
        return directory;
    }
}
