package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files were made by the programs whose names they bear, the archives by pg_dump of the version in their names. */
class MisfitTest {
    private static byte[] file(String name) {
        try (InputStream in = Objects.requireNonNull(MisfitTest.class.getResourceAsStream("misfits/" + name))) {
            return in.readNBytes(DumpFormat.HEAD_BYTES);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertNamed(byte[] head, String problem, String hint) {
        assertThatThrownBy(() -> DumpFormat.of(head, "backup.sql")).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DUMP_UNRECOGNIZED);
            assertThat(e).hasMessageContaining("backup.sql " + problem);
            assertThat(e.hint()).contains(hint);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "xz, is compressed with xz, decompress it",
        "bzip2, is compressed with bzip2, decompress it",
        "bzip2-of-nothing, is compressed with bzip2, decompress it",
        "lz4, is compressed with lz4, decompress it",
        "lzma, is compressed with lzma, decompress it",
        "zip, is a zip archive, unpack it",
        "7z, is a 7z archive, unpack it",
        "age, is encrypted with age, age --decrypt",
        "age-armour, is encrypted with age, age --decrypt",
        "gpg-rsa2048, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-rsa4096, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-ecc, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-passphrase, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-signed, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-armour, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-clear-signed, is encrypted or signed with OpenPGP, gpg --output",
        "gpg-signature, is ASCII armour, restore the dump",
        "openssl, is encrypted with openssl, openssl enc -d",
        "lfs, is a pointer of Git LFS, git lfs pull",
        "sqlite, is a database of SQLite, pgloader",
        "archive-13-terminal, is an archive of pg_dump in which a terminal, without -t",
        "archive-15-terminal, is an archive of pg_dump in which a terminal, without -t",
        "archive-17-terminal, is an archive of pg_dump in which a terminal, without -t",
        "archive-18-terminal, is an archive of pg_dump in which a terminal, without -t",
        "archive-15-tar-terminal, is an archive of pg_dump in which a terminal, without -t",
        "tar-of-directory-d, is a tar file of a directory, pg_restore --file",
        "tar-of-directory-flat, is a tar file of a directory, pg_restore --file",
        "tar-of-directory-star, is a tar file of a directory, pg_restore --file",
        "tar-of-script, is a tar file that pg_dump did not make, unpack it",
        "basebackup, is a tar file of a server's data directory, start a server",
    })
    void aFileIsCalledByItsNameAndToldWhatToDo(String file, String problem, String hint) {
        assertNamed(file(file), problem, hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive-13", "archive-15", "archive-17", "archive-18"})
    void aSoundArchiveIsOne(String file) {
        assertThat(DumpFormat.of(file(file), "x")).isEqualTo(DumpFormat.ARCHIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive-13", "archive-15", "archive-17", "archive-18"})
    void anArchiveIsOneHoweverLittleOfItIsThere(String file) {
        byte[] archive = file(file);
        for (int length = 30; length < archive.length; length++) {
            assertThat(Misfit.ofArchive(Arrays.copyOf(archive, length)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
    }

    @Test
    void anArchiveBehindAByteOrderMarkIsDamaged() {
        assertNamed(
                "\uFEFFPGDMP\u0001\u000e".getBytes(StandardCharsets.UTF_8),
                "is an archive of pg_dump that was converted like text",
                "pg_dump --file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM", "UTF-16"})
    void utf16IsToldInBothByteOrdersWithAMarkAndWithout(String charset) {
        for (String text : new String[] {"--\r\n-- PostgreSQL database dump\r\n--\r\n", "\r\n", "SELECT 'größe';"}) {
            assertNamed(text.getBytes(Charset.forName(charset)), "is text in UTF-16", "pg_dump --file=NAME");
        }
    }

    @Test
    void anArchiveThatPowerShellHasWrittenIsToldByItsMark() {
        byte[] archive =
                new String(file("archive-15"), StandardCharsets.ISO_8859_1).getBytes(Charset.forName("x-UTF-16LE-BOM"));
        assertNamed(archive, "is text in UTF-16", "an archive is beyond repair");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-32LE", "X-UTF-32LE-BOM", "X-UTF-32BE-BOM"})
    void utf32IsNotTakenForUtf16(String charset) {
        byte[] text = "SELECT 1;".getBytes(Charset.forName(charset));
        assertThatThrownBy(() -> DumpFormat.of(text, "x"))
                .isInstanceOf(EngineException.class)
                .hasMessageNotContaining("UTF-16");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\\n--\\n| is a dump of MySQL or MariaDB",
                "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\\n| is a dump of MySQL or MariaDB",
                "/*!999999\\\\- enable the sandbox mode */ \\n-- MariaDB dump| is a dump of MySQL or MariaDB",
                "/*M!999999\\\\- enable the sandbox mode */ \\n-- MariaDB dump| is a dump of MySQL or MariaDB",
                "-- phpMyAdmin SQL Dump\\n-- version 5.2.1\\n| is a dump of MySQL or MariaDB",
                "-- Adminer 4.8.1 MySQL 8.0.36 dump\\n\\nSET NAMES utf8;| is a dump of MySQL or MariaDB",
                "/*!40101 SET NAMES binary*/;\\n| is a dump of MySQL or MariaDB",
                "REM INSERTING into ORDERS\\nSET DEFINE OFF;| is a script for Oracle's SQL*Plus",
                "USE [master]\\nGO\\n| is a script for SQL Server",
                "/****** Object:  Table [dbo].[t] ******/\\r\\nSET ANSI_NULLS ON\\r\\nGO\\r\\n| is a"
                        + " script for SQL Server",
                "  {\"message\": \"Not Found\"}| is JSON",
                "[]| is JSON",
                "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>| is HTML or XML",
                "\\n\\n<!DOCTYPE html>| is HTML or XML",
                "HTTP/1.1 403 Forbidden\\r\\n| is a web server's answer",
                "pg_dump: warning: a\\npg_dump: hint: b\\nPGDMP\\1| is an archive of pg_dump with"
                        + " messages of pg_dump in front",
                "Error response from daemon: No such container: db| is the error message of the command",
                "Error: no container with name or ID \"db\" found| is the error message of the command",
                "-----BEGIN RSA PRIVATE KEY-----| is ASCII armour",
                "../../.git/annex/objects/x/y/SHA256E-s1--0| is a pointer of git-annex",
            })
    void textIsCalledByItsName(String escaped, String problem) {
        String text = escaped.translateEscapes();
        assertNamed(text.getBytes(StandardCharsets.UTF_8), problem, "");
        if (!text.startsWith("--") && !text.startsWith("..")) {
            assertNamed(("\uFEFF" + text).getBytes(StandardCharsets.UTF_8), problem, "");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN OF SCHEMA-----\nSELECT 1;",
                "-- Adminer 4.8.1 PostgreSQL 15.5 dump\n\nDROP TABLE IF EXISTS t;",
                "-- converted from a MySQL dump\nCREATE TABLE t(i int);",
                "/****** Object:  Table t ******/\nCREATE TABLE t(i int);",
                "/*! kept by minifiers */ SELECT 1;",
                "set search_path = a;",
                "\\restrict abc\n",
                "\\connect shop\n",
                "pg_dump: warning: there are circular foreign-key constraints\nCREATE TABLE t(i int);",
                "",
            })
    void aScriptThatLooksLikeSomethingElseIsOne(String text) {
        byte[] head = ("\uFEFF-- a script\n" + text).getBytes(StandardCharsets.UTF_8);
        assertThat(DumpFormat.of(head, "x")).isEqualTo(DumpFormat.SCRIPT);
        if (!text.isEmpty()) {
            assertThat(DumpFormat.of(text.getBytes(StandardCharsets.UTF_8), "x"))
                    .isEqualTo(DumpFormat.SCRIPT);
        }
    }

    @Test
    void headsCutAnywhereAreNoReasonToCrash() {
        for (String file : new String[] {"tar-of-directory-d", "basebackup", "archive-18-terminal", "gpg-ecc"}) {
            byte[] head = file(file);
            for (int length = 0; length < head.length; length++) {
                Misfit.of(Arrays.copyOf(head, length));
            }
        }
    }
}
