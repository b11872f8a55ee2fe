package io.codeb.internal.repository;

import io.codeb.BackupRepository;
import io.codeb.SignatureProblem;
import io.codeb.error.IntegrityException;
import io.codeb.model.BackupRef;
import io.codeb.model.Secret;
import java.io.IOException;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who signs the manifests and journals of one repository, and whose signatures are believed there. Thread-safe. */
final class Signing {
    private static final String ALTERED_HINT = "somebody has changed it: restore another backup or a copy of this one";

    private final Optional<Secret> privateKey;
    private final Map<String, PublicKey> trusted;

    private Signing(Optional<Secret> privateKey, Map<String, PublicKey> trusted) {
        this.privateKey = privateKey;
        this.trusted = trusted;
    }

    /**
     * Makes it as a repository configures it.
     *
     * @throws io.codeb.error.ConfigException when a trusted key is none
     */
    static Signing of(BackupRepository repository) {
        List<String> texts = repository.trusted();
        Map<String, PublicKey> keys = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            PublicKey key = SigningKeys.publicKey(texts.get(i), i + 1);
            keys.put(SigningKeys.name(key), key);
        }
        return new Signing(repository.signing(), keys);
    }

    /** Signs a manifest with the key as it is now. */
    Optional<byte[]> sign(BackupRef place, byte[] manifest) {
        return privateKey.map(
                secret -> SmallJson.write(ManifestSignature.of(SigningKeys.pair(secret), place, manifest)));
    }

    /** Signs a journal, with the key as it is now. */
    Optional<SignedNote> signNote(String place, byte[] state) {
        return privateKey.map(secret -> SignedNote.of(SigningKeys.pair(secret), place, state));
    }

    /**
     * Judges who has written a journal, where this repository signs: what it writes itself is signed then.
     *
     * @param place repository, project and name of the journal
     * @param state its JSON
     * @param signature what stands there of it
     * @throws IntegrityException when it is not believed
     */
    void requireNote(String place, byte[] state, @Nullable SignedNote signature) {
        if (!signs()) {
            return;
        }
        if (signature == null) {
            throw ofNote(
                    SignatureProblem.UNSIGNED,
                    "the journal " + place + " is not signed",
                    "if it was written before this repository signed, look what it says and delete it");
        }
        PublicKey key = trusted().get(String.valueOf(signature.key()));
        if (key == null || signature.version() != SignedNote.VERSION) {
            throw ofNote(
                    SignatureProblem.UNKNOWN_KEY,
                    "the journal " + place + " is signed, but with no key that is trusted here",
                    "if its key is one of yours, name the public key with trusting(…)");
        }
        byte[] message = SignedNote.message(place, state);
        if (signature
                .bytes()
                .filter(bytes -> SigningKeys.verify(key, message, bytes))
                .isEmpty()) {
            throw ofNote(
                    SignatureProblem.ALTERED,
                    "the journal " + place + " is not what was signed there",
                    "somebody has changed or moved it: look what is true, then delete it");
        }
    }

    private static IntegrityException ofNote(SignatureProblem problem, String message, String hint) {
        return new IntegrityException(problem.code(), message, hint);
    }

    /** Whether what is written is signed. */
    boolean signs() {
        return privateKey.isPresent();
    }

    /** Whether what is read has to be signed. */
    boolean isAsked() {
        return privateKey.isPresent() || !trusted.isEmpty();
    }

    /**
     * Says who signs and who is trusted.
     *
     * @throws io.codeb.error.ConfigException when what signs is no key
     */
    String describe() {
        String signer = privateKey
                .map(secret -> "signed with the key of "
                        + SigningKeys.name(SigningKeys.pair(secret).publicKey()))
                .orElse("not signed here");
        return "manifests are " + signer + "; " + trusted().size() + " keys are trusted";
    }

    /** The keys that are believed: those that were named, and the one that signs now. */
    Map<String, PublicKey> trusted() {
        Map<String, PublicKey> all = new LinkedHashMap<>(trusted);
        privateKey
                .map(SigningKeys::pair)
                .ifPresent(pair -> all.put(SigningKeys.name(pair.publicKey()), pair.publicKey()));
        return all;
    }

    /**
     * Judges a signature, where there has to be one.
     *
     * @param place where the backup lies
     * @param manifest its bytes
     * @param stored the signature's bytes, if it has one
     * @return why it is not believed, if it is not
     */
    Optional<IntegrityException> problem(BackupRef place, byte[] manifest, Optional<byte[]> stored) {
        if (stored.isEmpty()) {
            return problem(
                    SignatureProblem.UNSIGNED,
                    place + " is not signed",
                    "if it was made before this repository signed, restore it despite(SignatureProblem.UNSIGNED)");
        }
        ManifestSignature signature;
        try {
            signature = SmallJson.read(stored.get(), ManifestSignature.class);
        } catch (IOException e) {
            return problem(SignatureProblem.ALTERED, "the signature of " + place + " is none", ALTERED_HINT);
        }
        return judge(place, manifest, signature);
    }

    private Optional<IntegrityException> judge(BackupRef place, byte[] manifest, ManifestSignature signature) {
        PublicKey key = trusted().get(String.valueOf(signature.key()));
        if (key == null || signature.version() != ManifestSignature.VERSION) {
            return problem(
                    SignatureProblem.UNKNOWN_KEY,
                    place + " is signed, but with no key that is trusted here",
                    "if its key is one of yours, name the public key with trusting(…)");
        }
        Optional<BackupRef> signedPlace = signature.place();
        boolean holds = signedPlace.isPresent()
                && signature
                        .bytes()
                        .filter(bytes ->
                                SigningKeys.verify(key, ManifestSignature.message(signedPlace.get(), manifest), bytes))
                        .isPresent();
        if (!holds) {
            return problem(SignatureProblem.ALTERED, place + " is not what was signed", ALTERED_HINT);
        }
        if (!signedPlace.get().equals(place)) {
            return problem(
                    SignatureProblem.FOREIGN,
                    place + " was signed as " + signedPlace.get(),
                    "if you have copied or renamed it yourself, restore it despite(SignatureProblem.FOREIGN)");
        }
        return Optional.empty();
    }

    private static Optional<IntegrityException> problem(SignatureProblem problem, String message, String hint) {
        return Optional.of(new IntegrityException(problem.code(), message, hint));
    }
}
