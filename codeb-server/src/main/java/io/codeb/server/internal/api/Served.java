package io.codeb.server.internal.api;

import io.codeb.BackupRequest;
import io.codeb.CodeB;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.server.Role;
import io.codeb.server.internal.http.Exchange;
import io.codeb.server.internal.http.Refusal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The projects that are served, and how each is backed up where a request says nothing else.
 *
 * @param codeb knows them
 * @param requests by the projects' names
 */
public record Served(CodeB codeb, Map<String, BackupRequest> requests) {
    /** Keeps the order. */
    public Served {
        requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
    }

    static Served of(CodeB codeb, Collection<BackupRequest> requests) {
        Map<String, BackupRequest> named = new LinkedHashMap<>();
        requests.forEach(request -> named.put(request.project(), request));
        return new Served(codeb, named);
    }

    BackupRequest backupOf(String project) {
        BackupRequest request = requests.get(project);
        if (request == null) {
            throw Refusal.NOT_FOUND.because("project-unknown");
        }
        return request;
    }

    /** The backup that a text names: an id, or {@code repository/project/id}. */
    BackupRef ref(String project, String text) {
        return text.contains("/")
                ? BackupRef.parse(text)
                : new BackupRef(repository(project, Optional.empty()), project, new BackupId(text));
    }

    BackupRef newest(String project) {
        return codeb.catalog()
                .in(repository(project, Optional.empty()))
                .latest(project)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.BACKUP_NOT_FOUND, "there is no backup of " + project, "make one"))
                .ref();
    }

    /** The repository of a project's backups: the one that is asked for, or its own, or the first. */
    String repository(String project, Optional<String> asked) {
        String own = backupOf(project)
                .repository()
                .orElseGet(() -> codeb.catalog().repositories().get(0));
        if (asked.isPresent() && !codeb.catalog().repositories().contains(asked.get())) {
            throw Refusal.NOT_FOUND.because("repository-unknown");
        }
        return asked.orElse(own);
    }

    /** A backup that is there, and that whoever asks may read. */
    BackupRef readable(Exchange exchange, String project, String text) {
        BackupRef ref = ref(project, text);
        if (!ref.project().equals(project)) {
            exchange.require(Role.BACK_UP, ref.project());
        }
        Manifest unused = codeb.catalog().read(ref);
        return ref;
    }

    /** What takes the place of live data has to be meant. */
    void requireConfirmation(String project, @Nullable String typed) {
        if (!project.equals(typed)) {
            throw Refusal.CONFIRMATION_MISSING.because("confirmation");
        }
    }
}
