package io.codeb.server.internal.operations;

import io.codeb.server.internal.http.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation.
 *
 * @param id its id
 * @param kind what it does
 * @param project to which project
 * @param state {@code QUEUED}, {@code RUNNING}, {@code DONE}, {@code FAILED} or {@code CANCELLED}
 * @param by the name of whose token it was begun with
 * @param createdAt when it was asked for
 * @param startedAt when it began; null where it waits
 * @param endedAt when it ended; null where it goes on
 * @param stage what it does now; null where nobody has said
 * @param progress how far it is in its stage, or how far it came in its last one; null where nobody has said
 * @param result what came of it; null where nothing has
 * @param problem what went wrong; null where nothing has
 */
public record OperationView(
        String id,
        String kind,
        String project,
        String state,
        String by,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String stage,
        @Nullable ProgressView progress,
        @Nullable Object result,
        @Nullable Problem problem) {}
