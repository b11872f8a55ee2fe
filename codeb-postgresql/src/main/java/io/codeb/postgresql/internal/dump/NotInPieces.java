package io.codeb.postgresql.internal.dump;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Notice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A database cannot be read in pieces now, or it is not worth it; it can still be read as one stream. */
final class NotInPieces extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable EngineException failure;

    /**
     * It cannot.
     *
     * @param failure what stands in the way
     */
    NotInPieces(EngineException failure) {
        super(failure);
        this.failure = failure;
    }

    /** It is not worth it: no table is large enough. */
    NotInPieces() {
        failure = null;
    }

    /** For those who want nothing else. */
    EngineException failure() {
        return failure == null
                ? new EngineException(ErrorCode.NOTHING_MATCHES, "no table is large enough to be read in pieces", "")
                : failure;
    }

    /** For those who take what can be had. */
    Optional<Notice> notice() {
        return Optional.ofNullable(failure)
                .map(why -> new Notice(
                        "not-in-pieces",
                        "large tables were not read in pieces over several connections: " + why.getMessage()));
    }
}
