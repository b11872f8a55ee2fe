package io.codeb.examples.springboot;

import io.codeb.CodeB;
import io.codeb.RestoreRequest;
import io.codeb.RestoreResult;
import io.codeb.error.CodeBException;
import io.codeb.model.BackupId;
import io.codeb.model.Manifest;
import java.util.List;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Backs up, lists and restores on request, and answers when it is done. Whoever reaches it may do all of that, which is
 * why the server listens on the loopback address only.
 */
@RestController
@RequestMapping("/backups")
class BackupController {
    private final CodeB codeb;

    BackupController(CodeB codeb) {
        this.codeb = codeb;
    }

    /**
     * A backup, in types that any JSON library writes: Spring Boot 3 and 4 bring different ones.
     *
     * @param id its name
     * @param created when it was begun, ISO 8601
     * @param rows how many it holds
     */
    record BackupView(String id, String created, long rows) {
        static BackupView of(Manifest manifest) {
            return new BackupView(manifest.id().value(), manifest.startedAt().toString(), manifest.totalRows());
        }
    }

    /**
     * Where a backup shall go.
     *
     * @param into a database that does not exist yet
     */
    record RestoreOrder(String into) {
        RestoreOrder {
            Objects.requireNonNull(into, "into");
        }
    }

    /**
     * What was restored.
     *
     * @param database its name
     * @param rows how many it holds, counted there
     */
    record RestoreView(String database, long rows) {}

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    BackupView backUp() {
        return BackupView.of(codeb.backups().run(BackupConfiguration.PROJECT).manifest());
    }

    @GetMapping
    List<BackupView> list() {
        return codeb.catalog().list(BackupConfiguration.PROJECT).stream()
                .map(backup -> BackupView.of(backup.manifest()))
                .toList();
    }

    /** JSON only: no page of another site can make a browser send it. */
    @PostMapping(path = "/{id}/restore", consumes = MediaType.APPLICATION_JSON_VALUE)
    RestoreView restore(@PathVariable String id, @RequestBody RestoreOrder order) {
        RestoreRequest request = RestoreRequest.of(new BackupId(id)).into(order.into());
        RestoreResult restored = codeb.restores().run(request);
        return new RestoreView(restored.database(), restored.totalRows());
    }

    @ExceptionHandler
    ProblemDetail failed(CodeBException e) {
        HttpStatus status =
                switch (e.code()) {
                    case BACKUP_NOT_FOUND -> HttpStatus.NOT_FOUND;
                    case DATABASE_EXISTS, LOCKED -> HttpStatus.CONFLICT;
                    case CANCELLED, CLOSED -> HttpStatus.SERVICE_UNAVAILABLE;
                    default -> HttpStatus.INTERNAL_SERVER_ERROR;
                };
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, e.getMessage());
        problem.setTitle(e.code().name());
        problem.setProperty("hint", e.hint());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail misspelt(IllegalArgumentException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, e.getMessage());
    }
}
