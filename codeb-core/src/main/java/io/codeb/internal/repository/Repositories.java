package io.codeb.internal.repository;

import io.codeb.BackupRepository;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.StorageBackend;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The repositories of one application, by name; the first of them is the default. Never empty. Thread-safe. */
public final class Repositories implements AutoCloseable {
    private final Map<String, BackupStore> byName;
    private final Map<String, List<String>> mirrors;

    private Repositories(Map<String, BackupStore> byName, Map<String, List<String>> mirrors) {
        this.byName = byName;
        this.mirrors = mirrors;
    }

    /**
     * Opens repositories, which connects to nothing yet.
     *
     * @param configured at least one
     * @param codecs every codec that is here
     * @param storages opens a storage
     * @return the repositories, to be closed
     * @throws ConfigException when there is none, two have one name, or one cannot be as it is configured
     */
    public static Repositories open(
            List<BackupRepository> configured, Codecs codecs, Function<ProviderConfig, StorageBackend> storages) {
        if (configured.isEmpty()) {
            throw new ConfigException("there is no repository", "say where backups rest with repository(…)");
        }
        Set<String> names = new HashSet<>();
        for (BackupRepository repository : configured) {
            if (!names.add(repository.name())) {
                throw new ConfigException(
                        "two repositories are named " + repository.name(), "give each a name of its own with named(…)");
            }
        }
        Map<String, List<String>> mirrors = new HashMap<>();
        for (BackupRepository repository : configured) {
            mirrors.put(repository.name(), requireOthers(repository, names));
        }
        List<Codecs> chains = configured.stream().map(codecs::of).toList();
        Repositories opened = new Repositories(new LinkedHashMap<>(), mirrors);
        try {
            for (int i = 0; i < chains.size(); i++) {
                BackupRepository repository = configured.get(i);
                StorageBackend storage = storages.apply(repository.storage());
                opened.byName.put(repository.name(), BackupStore.of(repository, storage, chains.get(i)));
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static List<String> requireOthers(BackupRepository repository, Set<String> names) {
        for (String mirror : repository.mirrors()) {
            if (mirror.equals(repository.name()) || !names.contains(mirror)) {
                throw new ConfigException(
                        "repository " + repository.name() + " cannot be mirrored to '" + mirror + "'",
                        "name another repository of the configuration with mirroredTo(…)");
            }
        }
        return repository.mirrors();
    }

    /**
     * Where else a repository's backups go.
     *
     * @param name whose
     * @return the mirrors
     */
    public List<BackupStore> mirrorsOf(String name) {
        return mirrors.getOrDefault(name, List.of()).stream().map(this::get).toList();
    }

    /**
     * One of them alone. Closing it closes that one.
     *
     * @param name which
     * @return as if there were no other
     * @throws ConfigException when there is none of this name
     */
    public Repositories only(String name) {
        return new Repositories(Map.of(name, get(name)), Map.of());
    }

    /**
     * Names them.
     *
     * @return the default first
     */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /**
     * One of them.
     *
     * @param name which
     * @return its backups
     * @throws ConfigException when there is none of this name
     */
    public BackupStore get(String name) {
        BackupStore store = byName.get(name);
        if (store == null) {
            throw new ConfigException(
                    "no repository is named '" + name + "'; there are " + names(),
                    "check the spelling, or add the repository to the configuration");
        }
        return store;
    }

    /**
     * The one that is used where nobody chooses.
     *
     * @return its backups
     */
    public BackupStore first() {
        return byName.values().iterator().next();
    }

    /**
     * Tells which backup is meant by an id alone.
     *
     * @param id which
     * @return the only one that has it
     * @throws StorageException {@code BACKUP_NOT_FOUND} or {@code BACKUP_AMBIGUOUS}; when one does not answer, too
     */
    public BackupRef resolve(BackupId id) {
        List<BackupRef> found = byName.values().stream()
                .flatMap(store -> store.refs(id).stream())
                .toList();
        if (found.isEmpty()) {
            throw new StorageException(
                    ErrorCode.BACKUP_NOT_FOUND,
                    "there is no backup " + id + " in " + String.join(", ", names()),
                    "list the project's backups for the ids that there are");
        }
        if (found.size() > 1) {
            throw new StorageException(
                    ErrorCode.BACKUP_AMBIGUOUS,
                    "several backups have the id " + id + ": " + found,
                    "name one of them as repository/project/id");
        }
        return found.get(0);
    }

    @Override
    public void close() {
        byName.values().forEach(BackupStore::close);
    }
}
