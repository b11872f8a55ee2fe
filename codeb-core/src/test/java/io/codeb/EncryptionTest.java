package io.codeb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.codeb.age.AgeCodecProvider;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupRef;
import io.codeb.model.Manifest;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import io.codeb.tck.io.BytesSource;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backups that the host which makes them cannot read. */
class EncryptionTest {
    private static final String CONTENT = "seven of hearts, queen of spades";

    private final Places places = new Places();
    private final Places.Place place = places.place();
    private final Cards cards = new Cards();
    private final Pair master = Pair.make();
    private final Pair escrow = Pair.make();
    private final Pair stranger = Pair.make();

    @BeforeEach
    void deal() {
        cards.decks.put("deck", CONTENT);
    }

    @AfterEach
    void forget() {
        places.close();
    }

    /** A private key, and the public one that belongs to it. */
    private record Pair(Secret identity, String recipient) {
        static Pair make() {
            try {
                KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
                return new Pair(Secret.of(text(pair.getPrivate())), text(pair.getPublic()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String text(Key key) {
            return new String(key.getEncoded(), US_ASCII);
        }

        KeyedCodec reading() {
            return (KeyedCodec)
                    new AgeCodecProvider().create(ProviderConfig.of("age").withSecret("identity", identity));
        }
    }

    private BackupRepository plain() {
        return place.repository();
    }

    private BackupRepository host() {
        return plain().encryptTo(master.recipient(), escrow.recipient());
    }

    private BackupRepository desk() {
        return host().identity(master.identity());
    }

    private CodeB open(BackupRepository repository) {
        return CodeB.builder()
                .repository(repository)
                .storage(places)
                .engine(cards)
                .project(Project.of("cards", "shop").server("localhost", 1))
                .build();
    }

    private <T> T in(BackupRepository repository, Function<CodeB, T> work) {
        try (CodeB codeb = open(repository)) {
            return work.apply(codeb);
        }
    }

    private BackupRef backUp(BackupRepository repository) {
        return in(repository, codeb -> codeb.backups().run("shop").ref());
    }

    private void restore(BackupRepository repository, BackupRef backup) {
        in(repository, codeb -> codeb.restores().run(RestoreRequest.of(backup)));
    }

    private ErrorCode refusal(BackupRepository repository, Consumer<CodeB> work) {
        CodeBException failure = catchThrowableOfType(
                CodeBException.class,
                () -> in(repository, codeb -> {
                    work.accept(codeb);
                    return true;
                }));
        assertThat(failure).isNotNull();
        assertThat(failure.hint()).isNotEmpty();
        assertThat(failure.toString()).doesNotContain(master.identity().reveal());
        return failure.code();
    }

    private static ObjectKey keyOf(BackupRef backup) {
        return new ObjectKey(backup.project() + "/" + backup.id() + "/key.age");
    }

    private static boolean isKey(ObjectKey object) {
        return object.name().equals("key.age");
    }

    private static byte[] decode(Codec codec, byte[] stored) {
        try (ByteSource source = codec.decode(BytesSource.of(stored))) {
            return BytesSource.readAll(source);
        }
    }

    private List<ObjectKey> stored() {
        return place.keys("");
    }

    private List<ObjectKey> entries(BackupRef backup) {
        Manifest manifest = in(host(), codeb -> codeb.catalog().read(backup));
        return manifest.entries().stream()
                .map(entry -> new ObjectKey(backup.project() + "/" + backup.id() + "/" + entry.name()))
                .toList();
    }

    @Test
    void eachRecipientAloneCanRestore() {
        BackupRef backup = backUp(host());

        for (Pair reader : List.of(master, escrow)) {
            cards.decks.clear();
            restore(plain().identity(reader.identity()), backup);
            assertThat(cards.decks).containsEntry("deck", CONTENT);
        }
    }

    @Test
    void theHostThatMadeItCannotReadIt() {
        BackupRef backup = backUp(host());
        cards.decks.clear();

        assertThat(refusal(host(), codeb -> codeb.restores().run(RestoreRequest.of(backup))))
                .isEqualTo(ErrorCode.KEY_MISSING);
        assertThat(refusal(host(), codeb -> codeb.catalog().checkKeys(BackupQuery.of("shop"))))
                .isEqualTo(ErrorCode.KEY_MISSING);
        assertThat(cards.decks).isEmpty();
    }

    @Test
    void aWrongIdentityIsToldBeforeTheDatabaseIsTouched() {
        BackupRef backup = backUp(host());
        cards.decks.clear();
        cards.run = "";

        assertThat(refusal(plain().identity(stranger.identity()), codeb -> codeb.restores()
                        .run(RestoreRequest.of(backup))))
                .isEqualTo(ErrorCode.KEY_WRONG);
        assertThat(cards.run).isEmpty();
    }

    @Test
    void noObjectHoldsTheContentOrItsKey() {
        BackupRef backup = backUp(host());
        String key = new String(decode(master.reading(), place.read(keyOf(backup))), US_ASCII).strip();

        assertThat(key).startsWith("AGE-SECRET-KEY-1");
        for (ObjectKey object : stored()) {
            assertThat(new String(place.read(object), UTF_8)).doesNotContain(CONTENT, key);
        }
    }

    @Test
    void eachBackupHasAKeyOfItsOwnThatItsEntriesAreEncryptedToAlone() {
        BackupRef one = backUp(host());
        BackupRef other = backUp(host());
        byte[] key = decode(master.reading(), place.read(keyOf(one)));

        assertThat(key).isNotEqualTo(decode(master.reading(), place.read(keyOf(other))));
        for (ObjectKey entry : entries(one)) {
            Codec own = master.reading().with(Secret.of(new String(key, US_ASCII).strip()));
            assertThat(decode(own, place.read(entry))).isNotEmpty();
            assertThatThrownBy(() -> decode(master.reading(), place.read(entry)))
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_WRONG));
        }
    }

    @Test
    void theManifestNamesWhoCanReadIt() {
        BackupRef backup = backUp(host());

        Manifest manifest = in(plain(), codeb -> codeb.catalog().read(backup));

        KeyedCodec codec = (KeyedCodec) new AgeCodecProvider()
                .create(ProviderConfig.of("age")
                        .withOption("recipients", master.recipient() + " " + escrow.recipient()));
        assertThat(manifest.requires()).containsExactly("encryption");
        assertThat(manifest.recipients()).hasSize(2).isEqualTo(codec.recipients());
    }

    @Test
    void backupsOfBeforeAreReadAsTheyWere() {
        BackupRef before = backUp(plain());

        restore(host(), before);

        assertThat(in(host(), codeb -> codeb.catalog().verify(before)).decoded())
                .isTrue();
        assertThat(in(desk(), codeb -> codeb.catalog().checkKeys(BackupQuery.of("shop")))
                        .plain())
                .containsExactly(before);
    }

    @Test
    void whoHasNoIdentityStillProvesWhatIsStored() {
        BackupRef backup = backUp(host());

        VerifyReport whole = in(host(), codeb -> codeb.catalog().verify(backup));
        assertThat(whole.ok()).isTrue();
        assertThat(whole.decoded()).isFalse();
        assertThat(whole.bytesRead()).isPositive();

        place.faults.add(StorageFault.flipReadAt(40, 3)
                .ofKeys(key -> key.name().startsWith("deck"))
                .always());
        assertThat(in(host(), codeb -> codeb.catalog().verify(backup)).ok()).isFalse();
    }

    @Test
    void whoHasTheIdentityProvesTheContent() {
        BackupRef backup = backUp(host());

        VerifyReport report = in(desk(), codeb -> codeb.catalog().verify(backup));

        assertThat(report.problems()).isEmpty();
        assertThat(report.decoded()).isTrue();
    }

    @Test
    void aWrongIdentityIsAProblemOfTheVerification() {
        BackupRef backup = backUp(host());

        VerifyReport report = in(
                plain().identity(stranger.identity()), codeb -> codeb.catalog().verify(backup));

        assertThat(report.decoded()).isFalse();
        assertThat(report.problems()).singleElement().asString().contains("key.age");
    }

    @Test
    void anExchangedKeyIsNoKey() {
        BackupRef one = backUp(host());
        BackupRef other = backUp(host());
        place.objects.put(keyOf(one), WriteMode.REPLACE, place.read(keyOf(other)));

        assertThat(in(desk(), codeb -> codeb.catalog().verify(one)).problems())
                .anyMatch(problem -> problem.contains("was not encrypted to the key"));
        assertThat(refusal(desk(), codeb -> codeb.restores().run(RestoreRequest.of(one))))
                .isEqualTo(ErrorCode.CORRUPT);
    }

    @Test
    void aMissingKeyIsTold() {
        BackupRef backup = backUp(host());
        place.objects.delete(keyOf(backup));

        assertThat(refusal(desk(), codeb -> codeb.restores().run(RestoreRequest.of(backup))))
                .isEqualTo(ErrorCode.CORRUPT);
        assertThat(in(desk(), codeb -> codeb.catalog().verify(backup)).problems())
                .anyMatch(problem -> problem.contains("is missing"));
        assertThat(in(desk(), codeb -> codeb.catalog().checkKeys(BackupQuery.of("shop")))
                        .failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CORRUPT));
    }

    @Test
    void aDamagedKeyOpensNothing() {
        BackupRef backup = backUp(host());
        byte[] whole = place.read(keyOf(backup));
        List<byte[]> damaged = new ArrayList<>();
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 4;
            damaged.add(flipped);
            damaged.add(Arrays.copyOf(whole, i));
        }
        damaged.add(Arrays.copyOf(whole, whole.length + 1));
        damaged.add(new byte[200_000]);
        try (CodeB codeb = open(plain().identity(master.identity()))) {
            for (byte[] bytes : damaged) {
                place.objects.put(keyOf(backup), WriteMode.REPLACE, bytes);
                KeyReport report = codeb.catalog().checkKeys(BackupQuery.of("shop"));
                assertThat(report.failures()).hasSize(1);
                assertThat(report.failures().get(0).reason())
                        .doesNotContain(master.identity().reveal());
            }
        }
    }

    @Test
    void theKeysThatAnIdentityOpensAreTold() {
        BackupRef good = backUp(host());
        BackupRef lost = backUp(plain().encryptTo(stranger.recipient()));

        KeyReport report = in(desk(), codeb -> codeb.catalog().checkKeys(BackupQuery.of("shop")));

        assertThat(report.ok()).isFalse();
        assertThat(report.keys()).containsExactly(good);
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.ref()).isEqualTo(lost);
            assertThat(failure.code()).isEqualTo(ErrorCode.KEY_WRONG);
        });
    }

    @Test
    void recipientsAreChangedByWritingTheKeyAlone() {
        BackupRef backup = backUp(host());
        List<ObjectKey> before = stored();
        List<byte[]> content = before.stream().map(place::read).toList();
        BackupRepository changed = plain().encryptTo(stranger.recipient());

        KeyReport report =
                in(changed.identity(master.identity()), codeb -> codeb.catalog().rewrap(BackupQuery.of("shop")));

        assertThat(report.keys()).containsExactly(backup);
        assertThat(stored()).isEqualTo(before);
        for (int i = 0; i < before.size(); i++) {
            if (!isKey(before.get(i))) {
                assertThat(place.read(before.get(i))).isEqualTo(content.get(i));
            }
        }
        restore(plain().identity(stranger.identity()), backup);
        assertThat(refusal(desk(), codeb -> codeb.restores().run(RestoreRequest.of(backup))))
                .isEqualTo(ErrorCode.KEY_WRONG);
        assertThat(in(changed.identity(stranger.identity()), codeb -> codeb.catalog()
                                .rewrap(BackupQuery.of("shop")))
                        .ok())
                .isTrue();
    }

    @Test
    void aChangeOfRecipientsThatIsCutLosesNoKey() {
        BackupRef backup = backUp(host());
        BackupRepository changed = plain().encryptTo(stranger.recipient()).identity(master.identity());
        in(
                changed.identity(Secret.of(
                        master.identity().reveal() + "\n" + stranger.identity().reveal())),
                codeb -> codeb.catalog().rewrap(BackupQuery.of("shop")));
        int calls = place.calls();
        assertThat(calls).isGreaterThan(4);
        Secret both = Secret.of(
                master.identity().reveal() + "\n" + stranger.identity().reveal());

        for (int call = 1; call <= calls; call++) {
            place.faults.add(StorageFault.failAny().atCall(call));
            try {
                in(changed.identity(both), codeb -> codeb.catalog().rewrap(BackupQuery.of("shop")));
            } catch (CodeBException told) {
                assertThat(told.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
            }
            place.faults.clear();
            restore(plain().identity(both), backup);
        }
    }

    @Test
    void aBackupThatIsDeletedMeanwhileDoesNotComeBack() {
        BackupRef backup = backUp(host());
        ObjectKey manifest = new ObjectKey("shop/" + backup.id() + "/manifest.json");
        place.faults.add(StorageFault.fail(StorageCall.BEGIN).ofKeys(key -> {
            if (isKey(key)) {
                place.objects.delete(manifest);
                entries().forEach(place.objects::delete);
            }
            return false;
        }));

        in(desk(), codeb -> codeb.catalog().rewrap(BackupQuery.of("shop")));

        assertThat(stored()).isEmpty();
    }

    private List<ObjectKey> entries() {
        return stored().stream().filter(key -> key.value().startsWith("shop/")).toList();
    }

    @Test
    void recipientsAreNotChangedByWhoHasNone() {
        backUp(host());

        assertThat(refusal(plain().identity(master.identity()), codeb -> codeb.catalog()
                        .rewrap(BackupQuery.of("shop"))))
                .isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal(host(), codeb -> codeb.catalog().rewrap(BackupQuery.of("shop"))))
                .isEqualTo(ErrorCode.KEY_MISSING);
    }

    @Test
    void aBackupWhoseKeyCannotBeStoredIsNotBegun() {
        place.faults.add(StorageFault.fail(StorageCall.BEGIN).ofKeys(EncryptionTest::isKey));

        assertThat(refusal(host(), codeb -> codeb.backups().run("shop"))).isEqualTo(ErrorCode.STORAGE_FAILED);
        assertThat(entries()).isEmpty();
    }

    @Test
    void aBackupWhoseKeyIsGoneOrAnotherIsNotMade() {
        for (Consumer<ObjectKey> harm : List.<Consumer<ObjectKey>>of(
                place.objects::delete, key -> place.objects.put(key, WriteMode.REPLACE, "another".getBytes(UTF_8)))) {
            cards.meanwhile =
                    () -> stored().stream().filter(EncryptionTest::isKey).forEach(harm);

            assertThat(refusal(host(), codeb -> codeb.backups().run("shop"))).isEqualTo(ErrorCode.STORAGE_FAILED);
            assertThat(entries()).isEmpty();
        }
    }

    @Test
    void aSweepKeepsTheKeysOfBackupsAndTakesOthers() {
        BackupRef backup = backUp(host());
        ObjectKey orphan = new ObjectKey("shop/20260102T030405Z-abcdefgh/key.age");
        place.objects.put(orphan, WriteMode.CREATE, place.read(keyOf(backup)));

        SweepReport report = in(host(), codeb -> codeb.catalog().sweep(Duration.ZERO));

        assertThat(report.removed()).containsExactly(orphan.value());
        restore(desk(), backup);
    }

    @Test
    void aDeletedBackupLeavesNoKey() {
        BackupRef backup = backUp(host());

        in(host(), codeb -> {
            codeb.catalog().delete(backup);
            return true;
        });

        assertThat(entries()).isEmpty();
    }

    @Test
    void theCheckProvesEncryptionWithAndWithoutAnIdentity() {
        CheckReport blind = in(host(), CodeB::check);
        CheckReport seeing = in(desk(), CodeB::check);
        CheckReport wrong = in(host().identity(stranger.identity()), CodeB::check);

        assertThat(proven(blind)).anyMatch(line -> line.contains("there is no private key here"));
        assertThat(proven(seeing)).anyMatch(line -> line.contains("the private key here opens"));
        assertThat(wrong.ok()).isFalse();
    }

    private static List<String> proven(CheckReport report) {
        return report.subjects().stream()
                .filter(subject -> subject.name().startsWith("repository"))
                .flatMap(subject -> subject.proven().stream())
                .toList();
    }

    @Test
    void aRepositoryEncryptsOnceAndToSomebody() {
        Pair other = Pair.make();

        assertThat(host().encryptTo(other.recipient()).codecs())
                .extracting(ProviderConfig::id)
                .containsExactly("zstd", "age");
        assertThatThrownBy(() -> plain().encryptTo()).isInstanceOf(IllegalArgumentException.class);
        assertThat(refusal(plain().thenCodec(ProviderConfig.of("age")), CodeB::check))
                .isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal(
                        host().thenCodec(ProviderConfig.of("age").withOption("recipients", other.recipient())),
                        CodeB::check))
                .isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal(plain().encryptTo("ssh-ed25519 AAAA"), CodeB::check)).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal(plain().encryptTo(master.identity().reveal()), CodeB::check))
                .isEqualTo(ErrorCode.CONFIG_INVALID);
    }
}
