package io.codeb.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.codeb.BackupRepository;
import io.codeb.CodeB;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The releases of a project whose repository begins to sign when there are some. */
class ReleasesTest {
    private static final BackupRef BACKUP = BackupRef.parse("main/shop/20260102T030405Z-k3f7q2x7");

    private final String name = UUID.randomUUID().toString();
    private final CodeB unsigned = open(BackupRepository.at("memory:" + name));
    private CodeB signed;

    @BeforeEach
    void beginToSign() throws GeneralSecurityException {
        String key = Base64.getMimeEncoder()
                .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                        .generateKeyPair()
                        .getPrivate()
                        .getEncoded());
        signed = open(BackupRepository.at("memory:" + name)
                .signWith(Secret.of("-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n")));
    }

    @AfterEach
    void close() {
        signed.close();
        unsigned.close();
        InMemoryStorageProvider.forget(name);
    }

    private static CodeB open(BackupRepository repository) {
        return CodeB.builder()
                .storage(new InMemoryStorageProvider())
                .repository(repository)
                .build();
    }

    private static Release write(CodeB codeb, int number, String head) {
        Release release = new Release(
                "shop",
                number,
                "codeb-shop-" + number + "-01234567",
                Instant.EPOCH,
                "0123456789".repeat(4),
                Integer.toHexString(number % 16).repeat(64),
                Optional.of(List.of(head)),
                Optional.of(BACKUP),
                Optional.empty());
        new Releases(codeb, "shop").write(release);
        return release;
    }

    private Releases releases() {
        return new Releases(signed, "shop");
    }

    private DeployException unreachable(Release release) {
        DeployException failure = catchThrowableOfType(
                DeployException.class, () -> Releases.backup(release, releases().list()));
        assertThat(failure.code()).isEqualTo(ErrorCode.RELEASE_UNREACHABLE);
        return failure;
    }

    @Test
    void thoseThatWereNotSignedAreToldAsSuchAndTheOthersAreListed() {
        write(unsigned, 1, "1.sql");
        write(unsigned, 2, "2.sql");
        Release third = write(signed, 3, "2.sql");

        ReleaseListing listing = DeployService.of(signed).releases("shop");

        assertThat(listing.releases()).containsExactly(third);
        assertThat(listing.latest()).contains(third);
        assertThat(listing.unreadable())
                .extracting(ReleaseListing.Unreadable::journal, ReleaseListing.Unreadable::code)
                .containsExactly(
                        tuple("release-1", ErrorCode.SIGNATURE_MISSING),
                        tuple("release-2", ErrorCode.SIGNATURE_MISSING));
        assertThat(listing.unreadable().get(0).reason()).contains("shop/release-1 is not signed");
        assertThat(DeployService.of(unsigned).releases("shop").releases()).hasSize(3);
    }

    @Test
    void oneThatWasNotSignedIsNotBroughtBackAndTheOthersAre() {
        write(unsigned, 1, "1.sql");
        Release second = write(signed, 2, "2.sql");

        assertThat(releases().find(2)).isEqualTo(second);
        assertThatThrownBy(() -> releases().find(1))
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RELEASE_UNREACHABLE))
                .hasMessageContaining("no release 1 that can be read")
                .hasMessageContaining("is not signed");
        assertThatThrownBy(() -> releases().find(7)).hasMessageContaining("no release 7 that is known");
    }

    /** Its backup would have the database of another release. */
    @Test
    void nothingIsRestoredOverOneOfWhichNobodyKnowsWhatItHasChanged() {
        Release first = write(signed, 1, "1.sql");
        write(unsigned, 2, "2.sql");
        Release third = write(signed, 3, "3.sql");
        Release fourth = write(signed, 4, "4.sql");

        assertThat(unreachable(first)).hasMessageContaining("between the releases 1 and 3");
        assertThat(Releases.backup(third, releases().list())).isEqualTo(BACKUP);
        assertThat(unreachable(fourth)).hasMessageContaining("by no release");
    }

    @Test
    void theImagesOfThoseThatCannotBeReadStay() {
        write(unsigned, 1, "1.sql");
        Release second = write(signed, 2, "2.sql");
        write(signed, 3, "3.sql");
        Release fourth = write(signed, 4, "4.sql");

        assertThat(releases().superseded(fourth, 2)).containsExactly(second.image());
        assertThat(releases().next()).isEqualTo(5);
    }
}
