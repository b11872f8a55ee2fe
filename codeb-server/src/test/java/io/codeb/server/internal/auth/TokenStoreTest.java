package io.codeb.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.server.ApiToken;
import io.codeb.server.CreatedToken;
import io.codeb.server.Role;
import io.codeb.server.TokenRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenStoreTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path directory;

    private TokenStore at(Instant time) {
        return new TokenStore(directory.resolve("state"), Clock.fixed(time, ZoneOffset.UTC));
    }

    @Test
    void aSecretIsOfItsToken() {
        CreatedToken made = at(NOW).create(TokenRequest.of("ci").may(Role.BACK_UP, "shop"));

        assertThat(at(NOW).authenticate(made.secret())).hasValueSatisfying(token -> {
            assertThat(token.name()).isEqualTo("ci");
            assertThat(token.may(Role.LOOK, "shop")).isTrue();
            assertThat(token.may(Role.RESTORE, "shop")).isFalse();
            assertThat(token.may(Role.LOOK, "blog")).isFalse();
        });
        assertThat(at(NOW).authenticate(made.secret() + "x")).isEmpty();
        assertThat(at(NOW).authenticate("")).isEmpty();
        assertThat(at(NOW).authenticate("x".repeat(100_000))).isEmpty();
    }

    @Test
    void itsSecretIsKeptNowhere() throws IOException {
        CreatedToken made = at(NOW).create(TokenRequest.of("ci").may(Role.LOOK, "*"));
        Path file = directory.resolve("state/tokens.json");

        assertThat(Files.readString(file))
                .doesNotContain(made.secret())
                .contains(made.token().id());
        assertThat(made.toString()).doesNotContain(made.secret());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("state"))))
                .isEqualTo("rwx------");
    }

    @Test
    void itExpires() {
        CreatedToken made =
                at(NOW).create(TokenRequest.of("ci").may(Role.LOOK, "*").expiringIn(Duration.ofHours(1)));

        assertThat(at(NOW.plusSeconds(3_599)).authenticate(made.secret())).isPresent();
        assertThat(at(NOW.plusSeconds(3_600)).authenticate(made.secret())).isEmpty();
        assertThat(at(NOW.plusSeconds(3_600)).find(made.token().id())).isEmpty();
        assertThat(at(NOW.plusSeconds(3_600)).list()).hasSize(1);
    }

    @Test
    void whenItWasUsedIsKnown() {
        TokenStore store = at(NOW.plusSeconds(7));
        CreatedToken made = store.create(TokenRequest.of("ci").may(Role.LOOK, "*"));
        assertThat(store.list()).extracting(ApiToken::lastUsedAt).allMatch(used -> used.isEmpty());

        assertThat(store.authenticate(made.secret())).isPresent();

        assertThat(at(NOW).list().get(0).lastUsedAt()).hasValue(NOW.plusSeconds(7));
    }

    @Test
    void whatWasRevokedIsWorthNothing() {
        TokenStore store = at(NOW);
        CreatedToken first = store.create(TokenRequest.of("one").may(Role.LOOK, "*"));
        CreatedToken second = store.create(TokenRequest.of("two").may(Role.LOOK, "*"));

        assertThat(at(NOW).revoke(first.token().id())).isTrue();
        assertThat(at(NOW).revoke(first.token().id())).isFalse();

        assertThat(store.authenticate(first.secret())).isEmpty();
        assertThat(store.authenticate(second.secret())).isPresent();
    }

    @Test
    void aFileThatIsNotItsOwnIsRefusedAndNotReplaced() throws IOException {
        TokenStore store = at(NOW);
        store.create(TokenRequest.of("one").may(Role.LOOK, "*"));
        Path file = directory.resolve("state/tokens.json");
        Files.writeString(file, "{\"tokens\": [");

        assertThatThrownBy(() -> store.create(TokenRequest.of("two").may(Role.LOOK, "*")))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> store.authenticate("x")).isInstanceOf(ConfigException.class);
        assertThat(Files.readString(file)).isEqualTo("{\"tokens\": [");
    }
}
