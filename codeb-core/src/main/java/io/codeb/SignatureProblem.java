package io.codeb;

import io.codeb.error.ErrorCode;

/**
 * Why a backup's signature is not believed. A repository that knows whom it trusts refuses to restore and to copy such
 * a backup unless the caller says {@link RestoreRequest#despite(SignatureProblem...) despite} and names what it is.
 */
public enum SignatureProblem {
    /** It has none: it was made before the repository signed, or by somebody else. */
    UNSIGNED(ErrorCode.SIGNATURE_MISSING),
    /** It is signed with a key that is not trusted here, or in a form that is not known. */
    UNKNOWN_KEY(ErrorCode.SIGNATURE_UNKNOWN),
    /** What is stored is not what was signed. */
    ALTERED(ErrorCode.SIGNATURE_WRONG),
    /** It is signed for another repository, another project or another id: somebody has copied or renamed it. */
    FOREIGN(ErrorCode.SIGNATURE_FOREIGN);

    private final ErrorCode code;

    SignatureProblem(ErrorCode code) {
        this.code = code;
    }

    /**
     * What the refusal is called.
     *
     * @return the code of its exception
     */
    public ErrorCode code() {
        return code;
    }
}
