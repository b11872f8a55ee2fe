package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.codeb.Places.Place;
import io.codeb.error.CodeBException;
import io.codeb.error.ErrorCode;
import io.codeb.event.Event;
import io.codeb.event.Operation;
import io.codeb.model.BackupRef;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A backup in a second place, as good as the first. */
class CopyTest {
    private static final String CONTENT = "seven of hearts, queen of spades";

    private final Places places = new Places();
    private final Place near = places.place();
    private final Place far = places.place();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final Cards cards = new Cards();
    private final Secret identity;
    private final String recipient;
    private final Secret signer;

    CopyTest() throws Exception {
        KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
        identity = Secret.of(new String(pair.getPrivate().getEncoded(), UTF_8));
        recipient = new String(pair.getPublic().getEncoded(), UTF_8);
        signer = Secret.of("-----BEGIN PRIVATE KEY-----\n"
                + Base64.getEncoder()
                        .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                                .generateKeyPair()
                                .getPrivate()
                                .getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    }

    @BeforeEach
    void deal() {
        cards.decks.put("deck", CONTENT);
        cards.decks.put("other", "two of clubs");
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private BackupRepository first() {
        return near.repository();
    }

    private BackupRepository second() {
        return far.repository().named("offsite");
    }

    private CodeB open(BackupRepository... repositories) {
        CodeB.Builder builder = CodeB.builder();
        for (BackupRepository repository : repositories) {
            builder.repository(repository);
        }
        return builder.storage(places)
                .engine(cards)
                .listener(heard::add)
                .project(Project.of("cards", "shop").server("localhost", 1))
                .build();
    }

    private <T> T in(Function<CodeB, T> work, BackupRepository... repositories) {
        try (CodeB codeb = open(repositories)) {
            return work.apply(codeb);
        }
    }

    private BackupRef backUp(BackupRepository repository) {
        return in(codeb -> codeb.backups().run("shop").ref(), repository);
    }

    private BackupRef copy(BackupRef backup, BackupRepository from, BackupRepository to) {
        return in(codeb -> codeb.catalog().copy(backup, "offsite"), from, to);
    }

    private ErrorCode refusal(BackupRef backup, BackupRepository from, BackupRepository to) {
        CodeBException failure = catchThrowableOfType(CodeBException.class, () -> copy(backup, from, to));
        assertThat(failure).isNotNull();
        assertThat(failure.hint()).isNotEmpty();
        return failure.code();
    }

    private void assertRestores(BackupRepository repository, BackupRef backup) {
        cards.decks.clear();
        in(codeb -> codeb.restores().run(RestoreRequest.of(backup)), repository);
        assertThat(cards.decks).containsEntry("deck", CONTENT).hasSize(2);
    }

    private static Map<String, String> content(Place place) {
        return place.keys("shop").stream().collect(Collectors.toMap(ObjectKey::value, key -> Base64.getEncoder()
                .encodeToString(place.read(key))));
    }

    private static ObjectKey object(BackupRef backup, String name) {
        return new ObjectKey("shop/" + backup.id() + "/" + name);
    }

    private static String entry(Place place) {
        return content(place).keySet().stream()
                .filter(key -> key.contains("/data/"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCopyIsTheSameToTheByteAndIsRestored() {
        BackupRef backup = backUp(first());

        BackupRef copy = copy(backup, first(), second());

        assertThat(copy).isEqualTo(new BackupRef("offsite", "shop", backup.id()));
        assertThat(content(far)).isEqualTo(content(near));
        assertRestores(second(), copy);
    }

    @Test
    void whatIsEncryptedIsCopiedWithoutAKeyToReadIt() {
        BackupRef backup = backUp(first().encryptTo(recipient));

        BackupRef copy = copy(backup, first(), second());

        assertThat(content(far)).isEqualTo(content(near));
        assertRestores(second().identity(identity), copy);
    }

    @Test
    void aCopyIsSignedForWhereItLies() {
        BackupRef backup = backUp(first().signWith(signer));

        BackupRef copy = copy(backup, first().signWith(signer), second().signWith(signer));

        assertRestores(second().signWith(signer), copy);
        assertRestores(first().signWith(signer), backup);
    }

    @Test
    void whatItsRepositoryDoesNotBelieveIsNotCopied() {
        BackupRef backup = backUp(first());

        assertThat(refusal(backup, first().signWith(signer), second().signWith(signer)))
                .isEqualTo(ErrorCode.SIGNATURE_MISSING);
        assertThat(content(far)).isEmpty();
    }

    @Test
    void whatWouldBeRefusedThereIsNotCopied() {
        BackupRef backup = backUp(first());
        String publicKey = in(
                codeb -> codeb.check().subjects().get(0).proven().stream()
                        .filter(line -> line.contains("MCow"))
                        .map(line -> line.replaceFirst(".*(MCow[^;]*).*", "$1"))
                        .findFirst()
                        .orElseThrow(),
                first().signWith(signer));

        assertThat(refusal(backup, first(), second().trusting(publicKey))).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(content(far)).isEmpty();
    }

    @Test
    void whatIsNotEncryptedIsNotCopiedToWhereEverythingIs() {
        BackupRef backup = backUp(first());

        assertThat(refusal(backup, first(), second().encryptTo(recipient))).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(content(far)).isEmpty();
    }

    @Test
    void aCopyThatIsCutAnywhereIsNoneAndTheNextOneIs() {
        BackupRef backup = backUp(first().encryptTo(recipient));
        Map<String, String> whole = content(near);
        copy(backup, first(), second());
        int calls = Math.max(near.calls(), far.calls());
        assertThat(calls).isGreaterThan(10);

        for (Place place : List.of(near, far)) {
            for (int call = 1; call <= calls; call++) {
                far.objects.list("").toList().forEach(left -> far.objects.delete(left.key()));
                place.faults.add(StorageFault.failAny().atCall(call));
                CodeBException failure =
                        catchThrowableOfType(CodeBException.class, () -> copy(backup, first(), second()));
                place.faults.clear();
                if (failure == null) {
                    assertThat(content(far)).isEqualTo(whole);
                } else {
                    assertThat(failure.code()).isIn(ErrorCode.STORAGE_FAILED, ErrorCode.OBJECT_EXISTS);
                    List<Backup> listed = in(codeb -> codeb.catalog().list("shop"), second());
                    assertThat(listed).isEmpty();
                }
                far.objects.list("shop/lock").toList().forEach(lock -> far.objects.delete(lock.key()));
                copy(backup, first(), second());
                assertThat(content(far)).isEqualTo(whole);
            }
        }
    }

    @Test
    void aDamagedBackupIsNotCopied() {
        BackupRef backup = backUp(first());
        near.faults.add(StorageFault.flipReadAt(3, 1)
                .ofKeys(key -> key.value().contains("/data/"))
                .always());

        assertThat(refusal(backup, first(), second())).isEqualTo(ErrorCode.DIGEST_MISMATCH);
        assertThat(content(far)).isEmpty();
    }

    @Test
    void whatDoesNotArriveAsItWasSentIsNoCopy() {
        BackupRef backup = backUp(first());
        far.faults.add(StorageFault.flipReadAt(3, 1)
                .ofKeys(key -> key.value().contains("/data/"))
                .always());

        assertThat(refusal(backup, first(), second())).isEqualTo(ErrorCode.DIGEST_MISMATCH);
        assertThat(content(far)).isEmpty();
    }

    @Test
    void aKeyThatIsMissingIsToldBeforeAnythingIsCopied() {
        BackupRef backup = backUp(first().encryptTo(recipient));
        near.objects.delete(object(backup, "key.age"));

        assertThat(refusal(backup, first(), second())).isEqualTo(ErrorCode.CORRUPT);
        assertThat(content(far)).isEmpty();
    }

    @Test
    void aCopyThatIsThereIsProvenAndNotWrittenAgain() {
        BackupRef backup = backUp(first());
        copy(backup, first(), second());
        far.faults.add(StorageFault.fail(StorageCall.BEGIN).always());

        copy(backup, first(), second());

        far.faults.clear();
        far.objects.put(new ObjectKey(entry(far)), WriteMode.REPLACE, "rubbish".getBytes(UTF_8));
        assertThat(refusal(backup, first(), second())).isIn(ErrorCode.TRUNCATED, ErrorCode.DIGEST_MISMATCH);
    }

    @Test
    void aCopyThatSomebodyElseHasMadeMeanwhileIsLeftAsItIs() {
        BackupRef backup = backUp(first());
        far.faults.add(StorageFault.fail(StorageCall.BEGIN).ofKeys(key -> {
            if (key.value().contains("/lock/")) {
                near.keys("shop").forEach(each -> far.objects.put(each, WriteMode.REPLACE, near.read(each)));
            }
            return false;
        }));
        far.faults.add(StorageFault.fail(StorageCall.BEGIN)
                .ofKeys(key -> key.value().contains("/data/"))
                .always());

        copy(backup, first(), second());

        assertThat(content(far)).isEqualTo(content(near));
    }

    @Test
    void anotherBackupOfTheSameNameIsLeftAlone() {
        BackupRef backup = backUp(first());
        copy(backup, first(), second());
        String other = new String(far.read(object(backup, "manifest.json")), UTF_8).replace("{ }", "{}");
        far.objects.put(object(backup, "manifest.json"), WriteMode.REPLACE, other.getBytes(UTF_8));
        Map<String, String> before = content(far);

        assertThat(refusal(backup, first(), second())).isEqualTo(ErrorCode.OBJECT_EXISTS);
        assertThat(content(far)).isEqualTo(before);
    }

    @Test
    void aCancelledCopyLeavesNothing() {
        BackupRef backup = backUp(first());
        Cancellation cancellation = new Cancellation();
        far.faults.add(StorageFault.fail(StorageCall.BEGIN).ofKeys(key -> {
            if (key.value().contains("/data/")) {
                cancellation.cancel("enough");
            }
            return false;
        }));
        try (CodeB codeb = open(first(), second())) {
            CodeBException failure = catchThrowableOfType(
                    CodeBException.class, () -> codeb.catalog().copy(backup, "offsite", cancellation));
            assertThat(failure.code()).isEqualTo(ErrorCode.CANCELLED);
        }
        assertThat(content(far)).isEmpty();
    }

    @Test
    void aCopyToNowhereAndToItselfIsRefused() {
        BackupRef backup = backUp(first());

        assertThat(refusal(backup, first(), far.repository().named("elsewhere")))
                .isEqualTo(ErrorCode.CONFIG_INVALID);
        CodeBException itself = catchThrowableOfType(
                CodeBException.class, () -> in(codeb -> codeb.catalog().copy(backup, "default"), first(), second()));
        assertThat(itself.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @Test
    void aCopyIsHeardOf() {
        BackupRef backup = backUp(first());
        heard.clear();

        copy(backup, first(), second());

        List<Event> told = new ArrayList<>(heard);
        assertThat(told.get(0)).isInstanceOf(Event.Started.class);
        assertThat(told.get(told.size() - 1)).isInstanceOfSatisfying(Event.Finished.class, finished -> {
            assertThat(finished.run().operation()).isEqualTo(Operation.COPY);
            assertThat(finished.bytes()).isPositive();
            assertThat(told)
                    .filteredOn(Event.Progress.class::isInstance)
                    .isNotEmpty()
                    .allSatisfy(event ->
                            assertThat(((Event.Progress) event).allBytes()).isEqualTo(finished.bytes()));
        });
    }
}
