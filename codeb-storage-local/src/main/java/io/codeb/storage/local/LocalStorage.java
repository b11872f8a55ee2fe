package io.codeb.storage.local;

import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.OpenStreams;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageCapabilities;
import io.codeb.spi.storage.StorageCapabilities.ExclusiveCreate;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects as files below a root directory.
 *
 * <p>An upload is a temporary file in its object's folder; it is forced to the disk, given its name at one moment
 * ({@link Publication}), and then its folder is forced too. A deletion is forced before it returns, so that what is
 * deleted in an order stays deleted in that order.
 */
final class LocalStorage implements StorageBackend {
    /** No key has a segment that starts with a dot. */
    static final String TEMPORARY_PREFIX = ".tmp-";

    private static final StorageCapabilities CAPABILITIES =
            StorageCapabilities.BASIC.withExclusiveCreate(ExclusiveCreate.ALWAYS);
    private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    /** How often a folder may be removed by others between its making and its first file. */
    private static final int BEGIN_ATTEMPTS = 1_000;

    private final Path root;
    private final String description;
    private final Failures failures;
    private final Directories directories;
    private final Publication publication;
    private final OpenStreams streams;

    LocalStorage(Path root) {
        this(root, Files::createLink);
    }

    LocalStorage(Path root, Publication.HardLinks links) {
        this.root = root;
        this.description = uriOf(root);
        this.streams = new OpenStreams(description);
        this.failures = new Failures(description, root);
        this.directories = new Directories(root, failures);
        this.publication = new Publication(root, links);
    }

    private static String uriOf(Path root) {
        try {
            return new URI(LocalStorageProvider.SCHEME, null, root.toString(), null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public StorageCapabilities capabilities() {
        return CAPABILITIES;
    }

    /** Of the file system that the directory is in, or will be in when it is made. */
    @Override
    public OptionalLong freeBytes() {
        streams.requireOpen();
        Path there = root.toAbsolutePath();
        while (there.getParent() != null && Files.notExists(there)) {
            there = there.getParent();
        }
        try {
            long free = Files.getFileStore(there).getUsableSpace();
            return free < 0 ? OptionalLong.empty() : OptionalLong.of(free);
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public ByteSink begin(ObjectKey key, WriteMode mode) {
        streams.requireOpen();
        if (mode == WriteMode.CREATE && stat(key).isPresent()) {
            throw failures.exists(key);
        }
        try {
            return streams.track(beginInFolder(key, mode));
        } catch (IOException e) {
            directories.removeEmpty(directories.folderOf(key));
            throw failures.of("write", key, e);
        }
    }

    private LocalUpload beginInFolder(ObjectKey key, WriteMode mode) throws IOException {
        NoSuchFileException removed = new NoSuchFileException(key.value());
        for (int attempt = 0; attempt < BEGIN_ATTEMPTS; attempt++) {
            try {
                Path folder = directories.makeFolderOf(key);
                Path temporary = folder.resolve(TEMPORARY_PREFIX + UUID.randomUUID());
                FileChannel channel = FileChannel.open(
                        temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY);
                return new LocalUpload(this, key, mode, folder, temporary, channel);
            } catch (NoSuchFileException e) {
                // A deletion has removed the folder, because it was still empty.
                removed = e;
            }
        }
        throw removed;
    }

    @Override
    public Optional<StoredObject> stat(ObjectKey key) {
        streams.requireOpen();
        BasicFileAttributes attributes = regularFile(key, directories.folderOf(key));
        return attributes == null ? Optional.empty() : Optional.of(objectOf(key, attributes));
    }

    private @Nullable BasicFileAttributes regularFile(ObjectKey key, Path folder) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(
                    folder.resolve(key.name()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile() ? attributes : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            if (Files.isRegularFile(folder)) {
                return null;
            }
            throw failures.of("look up", key, e);
        }
    }

    @Override
    public ByteSource open(ObjectKey key, long offset) {
        streams.requireOpen();
        Path folder = directories.folderOf(key);
        if (regularFile(key, folder) == null) {
            throw failures.notFound(key);
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(folder.resolve(key.name()), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw failures.notFound(key);
        } catch (IOException e) {
            throw failures.of("open", key, e);
        }
        return streams.track(sourceFrom(key, offset, channel));
    }

    private LocalSource sourceFrom(ObjectKey key, long offset, FileChannel channel) {
        try {
            long size = channel.size();
            if (offset < 0 || offset > size) {
                throw new IllegalArgumentException("offset " + offset + " is outside of object " + key + " of " + size);
            }
            channel.position(offset);
            return new LocalSource(this, key, channel, size - offset);
        } catch (IOException e) {
            closeQuietly(channel);
            throw failures.of("open", key, e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    @Override
    public Stream<StoredObject> list(String prefix) {
        streams.requireOpen();
        Listing listing = new Listing(folderOf(prefix), prefix, failures);
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        listing, Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
                false);
    }

    @Override
    public List<String> children(String prefix) {
        streams.requireOpen();
        return FolderEntry.in(folderOf(prefix), prefix, failures).stream()
                .filter(FolderEntry::isFolder)
                .filter(folder -> new Listing(folder.path(), folder.key(), failures).hasNext())
                .map(folder -> folder.path().getFileName().toString())
                .sorted()
                .toList();
    }

    private Path folderOf(String prefix) {
        if (!prefix.isEmpty() && !ObjectKey.isValid(prefix)) {
            throw new IllegalArgumentException("not a prefix of object keys: '" + prefix + "'");
        }
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw failures.of("list", new NotDirectoryException(root.toString()));
        }
        return directories.folderOf(prefix);
    }

    @Override
    public void delete(ObjectKey key) {
        streams.requireOpen();
        Path folder = directories.folderOf(key);
        if (regularFile(key, folder) == null) {
            return;
        }
        try {
            Files.delete(folder.resolve(key.name()));
            directories.syncUpToRoot(folder);
        } catch (NoSuchFileException e) {
            // Somebody else has deleted it in this moment, and answers for its folder.
            return;
        } catch (IOException e) {
            throw failures.of("delete", key, e);
        }
        directories.removeEmpty(folder);
    }

    @Override
    public List<String> sweep(Duration olderThan) {
        streams.requireOpen();
        try {
            return new Sweep(root, directories, Instant.now().minus(olderThan)).run();
        } catch (IOException e) {
            throw failures.of("sweep", e);
        }
    }

    @Override
    public void close() {
        streams.closeAll();
    }

    static StoredObject objectOf(ObjectKey key, BasicFileAttributes attributes) {
        return StoredObject.of(
                key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    Failures failures() {
        return failures;
    }

    Directories directories() {
        return directories;
    }

    Publication publication() {
        return publication;
    }

    void ended(AutoCloseable used) {
        streams.ended(used);
    }

    void leftBehind(Path temporary, IOException cause) {
        LOG.warn("temporary file {} could not be removed; a sweep will remove it", temporary, cause);
    }

    private static void closeQuietly(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            LOG.debug("closing after a failure", e);
        }
    }
}
