package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.WriteMode;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups that nobody else can have made, nor changed, nor put elsewhere. */
class SignatureTest {
    private static final String CONTENT = "seven of hearts, queen of spades";
    private static final ObjectKey GUARD = new ObjectKey("shop/journals/guard/state");
    private static final Set<ErrorCode> REFUSALS =
            Stream.of(SignatureProblem.values()).map(SignatureProblem::code).collect(Collectors.toSet());

    private final Places places = new Places();
    private final Places.Place place = places.place();
    private final Cards cards = new Cards();
    private final Pair ours = Pair.make("Ed25519");
    private final Pair theirs = Pair.make("Ed25519");

    private record Pair(String pem, String publicKey) {
        static Pair make(String algorithm) {
            try {
                KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
                String lines =
                        Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
                return new Pair(
                        "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n",
                        Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        Secret secret() {
            return Secret.of(pem);
        }
    }

    @BeforeEach
    void deal() {
        cards.decks.put("deck", CONTENT);
    }

    @AfterEach
    void forget() {
        places.close();
    }

    private BackupRepository plain() {
        return place.repository();
    }

    private BackupRepository signing() {
        return plain().signWith(ours.secret());
    }

    private CodeB open(BackupRepository repository) {
        return CodeB.builder()
                .repository(repository)
                .storage(places)
                .engine(cards)
                .project(Project.of("cards", "shop").server("localhost", 1))
                .project(Project.of("cards", "cart").server("localhost", 1))
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

    /** How a restore is refused, which has done nothing then. */
    private ErrorCode refusal(BackupRepository repository, RestoreRequest request) {
        cards.decks.clear();
        cards.run = "";
        CodeBException failure = catchThrowableOfType(
                CodeBException.class,
                () -> in(repository, codeb -> codeb.restores().run(request)));
        assertThat(failure).isNotNull();
        assertThat(failure.hint()).isNotEmpty();
        assertThat(cards.run).isEmpty();
        assertThat(cards.decks).isEmpty();
        return failure.code();
    }

    private void assertRestores(BackupRepository repository, RestoreRequest request) {
        cards.decks.clear();
        in(repository, codeb -> codeb.restores().run(request));
        assertThat(cards.decks).containsEntry("deck", CONTENT);
    }

    private static ObjectKey manifest(BackupRef backup) {
        return new ObjectKey(backup.project() + "/" + backup.id() + "/manifest.json");
    }

    private static ObjectKey signature(BackupRef backup) {
        return new ObjectKey(backup.project() + "/" + backup.id() + "/manifest.sig");
    }

    private void edit(ObjectKey key, String from, String to) {
        String text = new String(place.read(key), UTF_8);
        assertThat(text).contains(from);
        place.objects.put(key, WriteMode.REPLACE, text.replace(from, to).getBytes(UTF_8));
    }

    private void copy(String from, String to) {
        place.keys(from)
                .forEach(key -> place.objects.put(
                        new ObjectKey(to + key.value().substring(from.length())), WriteMode.CREATE, place.read(key)));
    }

    private List<ObjectKey> entries() {
        return place.keys("shop");
    }

    @Test
    void whatIsSignedIsRestored() {
        BackupRef backup = backUp(signing());

        assertRestores(signing(), RestoreRequest.of(backup));
        assertRestores(plain().trusting(ours.publicKey()), RestoreRequest.of(backup));
        assertRestores(plain(), RestoreRequest.of(backup));
        assertThat(in(signing(), codeb -> codeb.catalog().verify(backup)).problems())
                .isEmpty();
    }

    @Test
    void whatNobodyHasSignedIsRefused() {
        BackupRef backup = backUp(plain());

        assertThat(refusal(signing(), RestoreRequest.of(backup))).isEqualTo(ErrorCode.SIGNATURE_MISSING);
        assertThat(refusal(plain().trusting(ours.publicKey()), RestoreRequest.of(backup)))
                .isEqualTo(ErrorCode.SIGNATURE_MISSING);
        assertThat(in(signing(), codeb -> codeb.catalog().verify(backup)).ok()).isFalse();
        List<Backup> listed = in(signing(), codeb -> codeb.catalog().list("shop"));
        assertThat(listed).hasSize(1);
    }

    @Test
    void onlyTheProblemThatIsNamedIsOverridden() {
        BackupRef backup = backUp(plain());
        RestoreRequest request = RestoreRequest.of(backup);

        assertThat(refusal(signing(), request.despite(SignatureProblem.ALTERED, SignatureProblem.FOREIGN)))
                .isEqualTo(ErrorCode.SIGNATURE_MISSING);
        assertRestores(signing(), request.despite(SignatureProblem.FOREIGN).despite(SignatureProblem.UNSIGNED));
    }

    @Test
    void aManifestThatWasChangedIsRefused() {
        BackupRef backup = backUp(signing());
        edit(manifest(backup), "\"labels\" : { }", "\"labels\" : {  }");

        assertThat(refusal(signing(), RestoreRequest.of(backup))).isEqualTo(ErrorCode.SIGNATURE_WRONG);
        assertRestores(signing(), RestoreRequest.of(backup).despite(SignatureProblem.ALTERED));
    }

    @Test
    void aDamagedSignatureIsRefusedWhereverItIsDamaged() {
        BackupRef backup = backUp(signing());
        byte[] whole = place.read(signature(backup));
        List<byte[]> damaged = new ArrayList<>();
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            damaged.add(flipped);
            damaged.add(Arrays.copyOf(whole, i));
        }
        for (String text : List.of("", "null", "[]", "{}", "<html>", "{\"version\":1}", " ".repeat(9_000))) {
            damaged.add(text.getBytes(UTF_8));
        }
        try (CodeB codeb = open(signing())) {
            int believed = 0;
            for (byte[] bytes : damaged) {
                place.objects.put(signature(backup), WriteMode.REPLACE, bytes);
                VerifyReport report = codeb.catalog().verify(backup);
                believed += report.ok() ? 1 : 0;
            }
            assertThat(believed).isZero();
        }
    }

    @Test
    void aBackupFromAnotherRepositoryIsRefused() {
        BackupRef backup = backUp(signing().named("staging"));
        BackupRef here = new BackupRef("production", backup.project(), backup.id());

        assertThat(refusal(signing().named("production"), RestoreRequest.of(here)))
                .isEqualTo(ErrorCode.SIGNATURE_FOREIGN);
        assertRestores(signing().named("production"), RestoreRequest.of(here).despite(SignatureProblem.FOREIGN));
    }

    @Test
    void aBackupThatIsPassedOffAsAnothersOrAsAnotherIsRefused() {
        BackupRef backup = backUp(signing());
        BackupRef other = new BackupRef("default", "cart", backup.id());
        BackupRef newer = new BackupRef("default", "shop", new BackupId("20991231T235959Z-abcdefgh"));
        copy("shop/" + backup.id(), "cart/" + backup.id());
        copy("shop/" + backup.id(), "shop/" + newer.id());

        assertThat(refusal(signing(), RestoreRequest.of(other))).isEqualTo(ErrorCode.SIGNATURE_FOREIGN);
        assertThat(refusal(signing(), RestoreRequest.of(newer))).isEqualTo(ErrorCode.SIGNATURE_FOREIGN);

        edit(manifest(other), "\"shop\"", "\"cart\"");
        edit(manifest(newer), backup.id().value(), newer.id().value());
        assertThat(refusal(signing(), RestoreRequest.of(other))).isEqualTo(ErrorCode.SIGNATURE_WRONG);
        assertThat(refusal(signing(), RestoreRequest.of(newer))).isEqualTo(ErrorCode.SIGNATURE_WRONG);

        edit(signature(other), "default/shop/", "default/cart/");
        assertThat(refusal(signing(), RestoreRequest.of(other))).isEqualTo(ErrorCode.SIGNATURE_WRONG);
    }

    @Test
    void aSignatureOfSomebodyElseIsRefused() {
        BackupRef backup = backUp(plain().signWith(theirs.secret()));

        assertThat(refusal(signing(), RestoreRequest.of(backup))).isEqualTo(ErrorCode.SIGNATURE_UNKNOWN);
        edit(signature(backup), theirs.publicKey(), ours.publicKey());
        assertThat(refusal(signing(), RestoreRequest.of(backup))).isEqualTo(ErrorCode.SIGNATURE_WRONG);
    }

    @Test
    void aFormOfSignatureThatIsNotKnownIsNotBelieved() {
        BackupRef backup = backUp(signing());
        edit(signature(backup), "\"version\":1", "\"version\":2");

        assertThat(refusal(signing(), RestoreRequest.of(backup))).isEqualTo(ErrorCode.SIGNATURE_UNKNOWN);
    }

    @Test
    void theKeyOfBeforeIsBelievedAsLongAsItIsTrusted() {
        BackupRef before = backUp(plain().signWith(theirs.secret()));
        BackupRef after = backUp(signing());
        BackupRepository both = signing()
                .trusting("-----BEGIN PUBLIC KEY-----\n" + theirs.publicKey() + "\n-----END PUBLIC KEY-----\n");

        assertRestores(both, RestoreRequest.of(before));
        assertRestores(both, RestoreRequest.of(after));
    }

    @Test
    void theKeyIsReadAtEachUse() {
        AtomicReference<String> vault = new AtomicReference<>(theirs.pem());
        try (CodeB codeb = open(plain().signWith(Secret.callback("vault", vault::get)))) {
            BackupRef before = codeb.backups().run("shop").ref();
            vault.set(ours.pem());
            BackupRef after = codeb.backups().run("shop").ref();

            assertThat(codeb.catalog().verify(after).ok()).isTrue();
            assertThat(codeb.catalog().verify(before).ok()).isFalse();
        }
    }

    @Test
    void aBackupThatCannotBeSignedIsNotMade() {
        for (StorageFault fault : List.of(
                StorageFault.fail(StorageCall.BEGIN).ofName("manifest.sig"),
                StorageFault.fail(StorageCall.BEGIN).ofName("manifest.json"))) {
            place.faults.clear();
            place.faults.add(fault);
            CodeBException failure = catchThrowableOfType(CodeBException.class, () -> backUp(signing()));

            assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
            // A manifest may still be on its way: what keeps it from coming stays in its place.
            assertThat(entries()).allMatch(key -> key.name().equals("manifest.json"));
        }
    }

    @Test
    void aSignatureIsThereBeforeItsManifest() {
        List<String> begun = new ArrayList<>();
        place.faults.add(StorageFault.fail(StorageCall.BEGIN).ofKeys(key -> {
            if (key.name().startsWith("manifest.")) {
                begun.add(key.name());
            }
            return false;
        }));

        backUp(signing());

        assertThat(begun).containsExactly("manifest.sig", "manifest.json");
    }

    @Test
    void whatIsNoKeyIsNamedAndNotShown() {
        Pair rsa = Pair.make("RSA");
        for (String text : List.of("", "secret", rsa.pem(), ours.pem().replace("PRIVATE", "ENCRYPTED PRIVATE"))) {
            CheckReport report = in(plain().signWith(Secret.of(text)), CodeB::check);
            assertThat(report.ok()).isFalse();
            assertThat(report.subjects().get(0).problem())
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("no private key of Ed25519")
                    .hasNoCause();
            assertThatThrownBy(() -> backUp(plain().signWith(Secret.of(text)))).isInstanceOf(ConfigException.class);
            assertThat(entries()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "age1x", "MCowBQYDK2VwAyEA", "-----BEGIN PUBLIC KEY-----"})
    void aTrustedKeyThatIsNoneIsToldAtOnce(String text) {
        assertThatThrownBy(() -> open(plain().trusting(ours.publicKey(), text)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("trusted key 2 is no public key");
    }

    @Test
    void aPrivateKeyAmongTheTrustedIsToldAndNotShown() {
        assertThatThrownBy(() -> open(plain().trusting(ours.pem())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is a private key")
                .hasMessageNotContaining(ours.pem().substring(30, 60))
                .hasNoCause();
    }

    @Test
    void theCheckTellsWhoSigns() {
        CheckReport report = in(signing().trusting(theirs.publicKey()), CodeB::check);

        assertThat(report.subjects().get(0).proven())
                .anyMatch(line -> line.contains(ours.publicKey()) && line.contains("2 keys are trusted"));
    }

    @Test
    void everyProblemHasACodeOfItsOwn() {
        assertThat(REFUSALS).hasSize(SignatureProblem.values().length);
    }

    private void note(BackupRepository repository, String journal, String step) {
        boolean unused = in(repository, codeb -> {
            try (Journal opened = codeb.openJournal("shop", journal)) {
                opened.note(Map.of("step", step, "at", "noon"));
                return true;
            }
        });
    }

    private Map<String, String> guard(BackupRepository repository) {
        return in(repository, codeb -> codeb.readJournal("shop", "guard"));
    }

    private void assertNoJournal(BackupRepository repository, ErrorCode code) {
        for (Function<CodeB, Object> reading : List.<Function<CodeB, Object>>of(
                codeb -> codeb.readJournal("shop", "guard"), codeb -> codeb.openJournal("shop", "guard"))) {
            assertThatThrownBy(() -> in(repository, reading)).isInstanceOfSatisfying(CodeBException.class, refused -> {
                assertThat(refused.code()).isEqualTo(code);
                assertThat(refused.hint()).isNotEmpty();
            });
        }
    }

    @Test
    void aJournalIsReadByWhoSignsAndByWhoDoesNot() {
        note(signing(), "guard", "ONE");
        Map<String, String> noted = Map.of("step", "ONE", "at", "noon");

        assertThat(guard(signing())).isEqualTo(noted);
        assertThat(guard(plain())).isEqualTo(noted);
        BackupRepository newKey = plain().signWith(theirs.secret()).trusting(ours.publicKey());
        assertThat(guard(newKey)).isEqualTo(noted);
    }

    @Test
    void aJournalOfAnybodyIsNotBelievedWhereTheRepositorySigns() {
        note(plain(), "guard", "ONE");
        assertNoJournal(signing(), ErrorCode.SIGNATURE_MISSING);
        assertThat(guard(plain().trusting(ours.publicKey()))).containsEntry("step", "ONE");

        note(plain().signWith(theirs.secret()), "other", "ONE");
        place.objects.put(GUARD, WriteMode.REPLACE, place.read(new ObjectKey("shop/journals/other/state")));
        assertNoJournal(signing(), ErrorCode.SIGNATURE_UNKNOWN);
    }

    @Test
    void aJournalThatWasChangedOrMovedIsNotBelieved() {
        note(signing(), "guard", "ONE");
        byte[] signed = place.read(GUARD);
        edit(GUARD, "ONE", "TWO");
        assertNoJournal(signing(), ErrorCode.SIGNATURE_WRONG);

        note(signing(), "other", "ONE");
        place.objects.put(GUARD, WriteMode.REPLACE, place.read(new ObjectKey("shop/journals/other/state")));
        assertNoJournal(signing(), ErrorCode.SIGNATURE_WRONG);

        place.objects.put(GUARD, WriteMode.REPLACE, signed);
        assertThat(guard(signing())).containsEntry("step", "ONE");
    }
}
