package io.codeb.tck.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link Provider} promises, whatever it makes. Inherit it and answer a provider and what it takes. */
public abstract class ProviderContract {
    private static final String CANARY = "canary-4711";

    /** For subclasses. */
    protected ProviderContract() {}

    /**
     * Answers the provider under test.
     *
     * @return any instance
     */
    protected abstract Provider<?> provider();

    /**
     * Answers a configuration that it takes.
     *
     * @return without an option or secret of the names {@code no-such-…}
     */
    protected ProviderConfig config() {
        return ProviderConfig.of(provider().id());
    }

    /**
     * Answers a configuration that it takes, of a place where nothing answers.
     *
     * @return empty where nothing is ever connected
     */
    protected Optional<ProviderConfig> unreachable() {
        return Optional.empty();
    }

    /**
     * Answers configurations that it refuses for the value of an option, or for its location.
     *
     * @return none where it takes every value of what it knows
     */
    protected List<ProviderConfig> impossible() {
        return List.of();
    }

    private ConfigException refusal(ProviderConfig config) {
        ConfigException refusal =
                catchThrowableOfType(ConfigException.class, () -> provider().create(config));
        assertThat(refusal).as("the refusal").isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        return refusal;
    }

    @Test
    void theIdIsAWordInLowerCase() {
        assertThat(provider().id()).matches("[a-z][a-z0-9-]*");
    }

    @Test
    void whatIsMadeIsMadeAnew() throws Exception {
        Object made = provider().create(config());
        Object another = provider().create(config());

        assertThat(made).isNotNull();
        assertThat(another).isNotNull().hasSameClassAs(made);
        close(made);
        close(another);
    }

    private static void close(Object made) throws Exception {
        if (made instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    @Test
    void whatCannotBeReachedCanBeMade() throws Exception {
        Optional<ProviderConfig> unreachable = unreachable();
        if (unreachable.isPresent()) {
            close(provider().create(unreachable.get()));
        }
    }

    @Test
    void whatCannotBeIsRefusedWhenItIsMade() {
        impossible().forEach(this::refusal);
    }

    @Test
    void anUnknownOptionIsRefusedByName() {
        ConfigException refusal = refusal(config().withOption("no-such-option", "1"));

        assertThat(refusal.problems()).singleElement().asString().contains("no-such-option");
        assertThat(refusal.hint()).isNotEmpty();
    }

    @Test
    void anUnknownSecretIsRefusedByName() {
        ConfigException refusal = refusal(config().withSecret("no-such-secret", Secret.of(CANARY)));

        assertThat(refusal.problems()).singleElement().asString().contains("no-such-secret");
    }

    @Test
    void allThatIsUnknownIsToldAtOnce() {
        ConfigException refusal = refusal(config().withOption("no-such-option", "1")
                .withOption("no-such-one-either", "2")
                .withSecret("no-such-secret", Secret.of(CANARY)));

        assertThat(refusal.problems()).hasSize(3);
    }

    @Test
    void aRefusalRepeatsNoValue() {
        ConfigException refusal =
                refusal(config().withOption("no-such-option", CANARY).withSecret("no-such-secret", Secret.of(CANARY)));

        assertThat(refusal.toString() + refusal.problems()).doesNotContain(CANARY);
    }

    @Test
    void noSecretIsReadBeforeItIsNeeded() {
        refusal(config().withSecret("no-such-secret", Secret.callback("test", () -> {
            throw new AssertionError("the secret was read");
        })));
    }
}
