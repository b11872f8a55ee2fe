package io.codeb.postgresql.internal.restore;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What people take for a dump and is none: told by its first bytes, with what to do instead.
 *
 * @param problem completes a sentence that begins with the file's name
 * @param hint the way to a dump that can be restored
 */
record Misfit(String problem, String hint) {
    private static final String DECOMPRESS =
            "decompress it first, or compress the dump with gzip or zstd, which are read as they are";
    private static final String DOWNLOAD = "look into it: it says what went wrong with the download; then get it again";
    private static final String OTHER_DATABASE =
            "CodeB restores dumps of PostgreSQL: load it with its own program, or convert it, for example"
                    + " with pgloader";
    private static final String DECRYPT_OPEN_PGP = "decrypt it first: gpg --output DUMP --decrypt FILE";
    private static final String UTF_16 = "PowerShell's > writes that: make the dump with pg_dump --file=NAME instead; a"
            + " plain script can also be saved by iconv -f UTF-16 -t UTF-8, an archive is beyond repair";
    private static final String AS_TEXT = "make it again with pg_dump --file=NAME, or through docker exec without -t"
            + " and > of a shell that changes nothing; the changed file is beyond repair";

    private static final String UNPACK = "unpack it, and restore the dump that is in it";

    private static final Pattern DIRECTORY_MEMBER =
            Pattern.compile("(?:^|/)(?:toc|[0-9]+|blobs(?:_[0-9]+)?)\\.(?:dat|toc)");
    private static final Pattern BASE_BACKUP_MEMBER =
            Pattern.compile("(?:.*/)?(?:backup_label|backup_manifest|PG_VERSION)");

    private static final List<Form> FORMS = List.of(
            new Form(FileHead::isUtf16, "is text in UTF-16", UTF_16),
            new Form(FileHead::isUtf32, "is text in UTF-32", "convert it with iconv -f UTF-32 -t UTF-8"),
            starts(
                    "version https://git-lfs\\.github\\.com/spec/",
                    "is a pointer of Git LFS, not the file that it stands for",
                    "run git lfs pull where it was checked out, and restore what that fetches"),
            starts(
                    "(?:\\.\\./)*+(?:\\.git)?/annex/objects/",
                    "is a pointer of git-annex, not the file that it stands for",
                    "run git annex get where it was checked out, and restore what that fetches"),
            starts(
                    "age-encryption\\.org/|-----BEGIN AGE ENCRYPTED FILE-----",
                    "is encrypted with age",
                    "decrypt it first: age --decrypt --identity KEY --output DUMP FILE"),
            starts(
                    "-----BEGIN PGP (?:SIGNED )?MESSAGE-----",
                    "is encrypted or signed with OpenPGP, in ASCII armour",
                    DECRYPT_OPEN_PGP),
            magic(
                    // A session key for a public key or for a passphrase, in both forms of a packet; a compressed
                    // packet.
                    "84..0[36]|85....0[36]|c1..(?:..)?0[36]|8c..0[456]|c3..0[456]|a30[123]",
                    "is encrypted or signed with OpenPGP",
                    DECRYPT_OPEN_PGP),
            starts(
                    "-----BEGIN (?:PGP |CMS-|PKCS7-|CERTIFICATE-|[A-Z ]*KEY-)",
                    "is ASCII armour around something that is no dump, such as a key or a signature",
                    "restore the dump that belongs to it"),
            starts(
                    "Salted__",
                    "is encrypted with openssl enc",
                    "decrypt it first, with openssl enc -d and the cipher that it was made with"),
            compressed("xz", "fd377a585a00"),
            compressed("bzip2", "425a68..(?:314159265359|177245385090)"),
            compressed("lz4", "04224d18|02214c18"),
            compressed("lzma", "5d0000....f{16}"),
            compressed("lzip", "4c5a495001"),
            compressed("lzop", "894c5a4f000d0a1a0a"),
            compressed("compress", "1f9d"),
            compressed("snappy", "ff060000734e61507059"),
            magic("504b(?:0304|0506)", "is a zip archive", UNPACK),
            magic("377abcaf271c", "is a 7z archive", UNPACK),
            magic("526172211a07", "is a rar archive", UNPACK),
            starts("SQLite format 3\0", "is a database of SQLite", OTHER_DATABASE),
            magic("6de29981", "is an archive of mongodump", OTHER_DATABASE),
            starts(".{3}EXPORT:V", "is an export of Oracle's exp", OTHER_DATABASE),
            starts("TAPE\0", "is a backup of SQL Server", OTHER_DATABASE),
            new Form(FileHead::isOfMysql, "is a dump of MySQL or MariaDB", OTHER_DATABASE),
            statement("rem inserting into |set define off", "is a script for Oracle's SQL*Plus", OTHER_DATABASE),
            statement(
                    "use \\[|set ansi_nulls |/\\*{6} object:(?s:.*)\ngo\r?\n",
                    "is a script for SQL Server", OTHER_DATABASE),
            statement("<", "is HTML or XML, probably an error page that was saved as the dump", DOWNLOAD),
            statement("[{\\[]", "is JSON, probably an error message that was saved as the dump", DOWNLOAD),
            statement("http/[0-9]", "is a web server's answer with its head in front", DOWNLOAD),
            statement(
                    "(?:pg_[a-z]+: [^\\n]*\n)++pgdmp",
                    "is an archive of pg_dump with messages of pg_dump in front",
                    "make it again without 2>&1 and without docker exec -t, best with pg_dump --file=NAME"),
            statement(
                    "(?:docker|podman|error|bash|sh): |error response from daemon|oci runtime ",
                    "is the error message of the command that should have made it",
                    "read it, mend what it tells, and make the dump again"));

    /**
     * Tells what a file is that is neither a script nor an archive.
     *
     * @param head its first bytes, or all when it is shorter
     * @return empty when it is nothing that is known here
     */
    static Optional<Misfit> of(byte[] head) {
        FileHead known = new FileHead(head);
        return FORMS.stream()
                .filter(form -> form.test.test(known))
                .findFirst()
                .map(form -> new Misfit(form.problem, form.hint))
                .or(() -> tar(known));
    }

    private static Optional<Misfit> tar(FileHead head) {
        List<String> members = head.tarMembers();
        if (members.isEmpty()) {
            return Optional.empty();
        }
        if (members.stream().anyMatch(name -> DIRECTORY_MEMBER.matcher(name).find())) {
            return Optional.of(new Misfit(
                    "is a tar file of a directory that pg_dump --format=directory made",
                    "unpack it and make a script of the directory with pg_restore --file=NAME DIRECTORY; or dump with"
                            + " --format=custom or --format=tar"));
        }
        if (members.stream().anyMatch(name -> BASE_BACKUP_MEMBER.matcher(name).matches())) {
            return Optional.of(new Misfit(
                    "is a tar file of a server's data directory, as pg_basebackup makes it",
                    "start a server of the same version on it, and dump the database there"));
        }
        return Optional.of(new Misfit("is a tar file that pg_dump did not make", UNPACK));
    }

    /**
     * Tells whether an archive of pg_dump went through something that took it for text: a terminal, which makes CR LF
     * of each LF, or a conversion that puts a byte order mark in front.
     *
     * <p>The first entries of an archive's contents are settings, whose statements end in LF on every system. A sound
     * head has these LF without a CR.
     *
     * @param head the first bytes, or all when it is shorter
     * @return empty when it is no archive, or one to which nothing of this kind has happened
     */
    static Optional<Misfit> ofArchive(byte[] head) {
        FileHead known = new FileHead(head);
        if (known.isArchiveBehindMark()) {
            return Optional.of(new Misfit("is an archive of pg_dump that was converted like text", AS_TEXT));
        }
        if (known.isArchive() && known.hasOnlyCrLf()) {
            return Optional.of(
                    new Misfit("is an archive of pg_dump in which a terminal has made CR LF of each LF", AS_TEXT));
        }
        return Optional.empty();
    }

    /** What the file begins with. */
    private static Form starts(String regex, String problem, String hint) {
        Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
        return new Form(head -> head.starts(pattern), problem, hint);
    }

    /** What the first statement begins with, in lower case. */
    private static Form statement(String regex, String problem, String hint) {
        Pattern pattern = Pattern.compile(regex);
        return new Form(head -> head.startsStatement(pattern), problem, hint);
    }

    /** What the file begins with, in hexadecimal digits. */
    private static Form magic(String regex, String problem, String hint) {
        Pattern pattern = Pattern.compile(regex);
        return new Form(head -> head.startsMagic(pattern), problem, hint);
    }

    private static Form compressed(String program, String regex) {
        return magic(regex, "is compressed with " + program, DECOMPRESS);
    }

    private record Form(Predicate<FileHead> test, String problem, String hint) {}
}
