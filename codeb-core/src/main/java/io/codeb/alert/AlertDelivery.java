package io.codeb.alert;

import io.codeb.error.CodeBException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the try of a channel ended.
 *
 * @param channel as {@link AlertCounts} has it
 * @param problem why nothing was delivered; null where it was
 */
public record AlertDelivery(String channel, @Nullable CodeBException problem) {
    /**
     * Why nothing was delivered.
     *
     * @return empty where it was
     */
    public Optional<CodeBException> failure() {
        return Optional.ofNullable(problem);
    }
}
