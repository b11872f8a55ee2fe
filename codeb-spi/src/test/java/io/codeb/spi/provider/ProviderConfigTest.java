package io.codeb.spi.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.runtime.RuntimeConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderConfigTest {
    private static final Secret KEY = Secret.of("canary");
    private static final ProviderConfig CONFIG = ProviderConfig.of("s3")
            .withLocation(URI.create("s3://bucket/folder?signature=canary"))
            .withOption("region", "canary")
            .withSecret("key", KEY);

    private static ConfigException refusal(ConfigReader reader) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, reader::requireNothingElse);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void itsTextShowsNoValue() {
        assertThat(CONFIG).hasToString("ProviderConfig[s3, location, options [region], secrets [key]]");
    }

    @Test
    void aWordChangesACopy() {
        ProviderConfig changed = CONFIG.withOption("region", "other").withOption("part-size", "8");

        assertThat(CONFIG.options()).isEqualTo(Map.of("region", "canary"));
        assertThat(changed.options()).isEqualTo(Map.of("region", "other", "part-size", "8"));
        assertThat(changed.secrets()).isEqualTo(Map.of("key", KEY));
    }

    @Test
    void whatSaysTheSameIsEqual() {
        ProviderConfig same = ProviderConfig.of("s3")
                .withSecret("key", KEY)
                .withOption("region", "canary")
                .withLocation(CONFIG.location().orElseThrow());

        assertThat(same).isEqualTo(CONFIG).hasSameHashCodeAs(CONFIG);
        assertThat(same).isNotEqualTo(CONFIG.withSecret("key", Secret.of("canary")));
        assertThat(same).isNotEqualTo(CONFIG.withOption("region", "other"));
        assertThat(same).isNotEqualTo(CONFIG.withLocation(URI.create("s3://other")));
    }

    @Test
    void aPasswordInALocationIsRefusedAndNotRepeated() {
        ProviderConfig config = ProviderConfig.of("s3");
        URI location = URI.create("s3://key:canary@bucket/");

        assertThatThrownBy(() -> config.withLocation(location))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void whatWasReadIsNotRefused() {
        ConfigReader reader = CONFIG.reader();

        assertThat(reader.location()).isEqualTo(CONFIG.location());
        assertThat(reader.text("region")).contains("canary");
        assertThat(reader.secret("key")).contains(KEY);
        assertThat(reader.text("endpoint")).isEmpty();
        reader.requireNothingElse();
    }

    @Test
    void whatWasNotReadIsToldAtOnceAndByName() {
        ConfigReader reader = CONFIG.reader();
        reader.integer("part-size", 5, 100, 8);
        ConfigException refusal = refusal(reader);

        assertThat(refusal.problems())
                .containsExactly(
                        "s3: there is no location to choose",
                        "s3: there is no option 'region'",
                        "s3: there is no secret 'key' to hand over");
        assertThat(refusal.hint()).isEqualTo("there are part-size (5 to 100)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "6", "2.0", "two", "99999999999999999999", "-1"})
    void aNumberThatIsNoneOrOutOfItsRangeIsNamedAndNotRepeated(String text) {
        ConfigReader reader = ProviderConfig.of("x").withOption("level", text).reader();

        assertThat(reader.integer("level", 1, 5, 3)).isEqualTo(3);
        assertThat(refusal(reader).problems()).containsExactly("x: option level must be a whole number from 1 to 5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "PT0S", "PT-1S", "30 s", "P1Y"})
    void aTimeThatIsNoneIsNamed(String text) {
        ConfigReader reader = ProviderConfig.of("x").withOption("limit", text).reader();

        assertThat(reader.duration("limit", Duration.ofSeconds(3))).isEqualTo(Duration.ofSeconds(3));
        assertThat(refusal(reader).problems()).singleElement().asString().contains("limit");
    }

    @Test
    void aPathThatIsNoneIsNamed() {
        ConfigReader reader = ProviderConfig.of("x").withOption("file", "a\0b").reader();

        assertThat(reader.path("file")).isEmpty();
        assertThat(refusal(reader).problems()).singleElement().asString().contains("file");
    }

    @Test
    void aLongNameIsCut() {
        ConfigReader reader =
                ProviderConfig.of("x").withOption("n".repeat(5_000), "").reader();

        assertThat(refusal(reader).getMessage()).hasSizeLessThan(200);
    }

    @Test
    void theWordsOfRuntimesComeBack() {
        RuntimeConfig said = RuntimeConfig.of("podman")
                .withEndpoint(URI.create("tcp://host:1"))
                .withTls(Path.of("/certs"))
                .withCallLimit(Duration.ofMillis(1_500))
                .withOption("more", "1")
                .withSecret("key", KEY);
        ConfigReader reader = said.provided().reader();
        RuntimeConfig read = RuntimeConfig.read("podman", reader);

        assertThat(read.endpoint()).isEqualTo(said.endpoint());
        assertThat(read.tlsDirectory()).isEqualTo(said.tlsDirectory());
        assertThat(read.callLimit()).isEqualTo(said.callLimit());
        assertThat(refusal(reader).problems()).hasSize(2);
    }

    @Test
    void aRuntimeInItsUsualPlaceSaysNothing() {
        assertThat(RuntimeConfig.of("podman").provided()).isEqualTo(ProviderConfig.of("podman"));
    }
}
