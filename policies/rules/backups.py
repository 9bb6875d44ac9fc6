"""Backups and what brings deleted data back."""

from __future__ import annotations

from policies.conditions import at_least, every, off, on, one_of, present
from policies.model import Rule, Severity

BACKUP_DAYS = 7


RULES = (
    Rule(
        key="postgresql-backup",
        severity=Severity.HIGH,
        demands=f"PostgreSQL can be restored to any minute of the last {BACKUP_DAYS} days",
        risk="A wrong delete is noticed after the backup is gone.",
        fix="Set postgresql.backup_days.",
        kinds=("postgresql-server",),
        check=at_least("backup.backupRetentionDays", BACKUP_DAYS),
        answers=("MCSB BR-1",),
    ),
    Rule(
        key="postgresql-geo-backup",
        planned=True,
        severity=Severity.MEDIUM,
        demands="backups of PostgreSQL are also kept in the paired region",
        risk="A lost region takes the database and its backups.",
        fix="Set postgresql.geo_redundant_backup on; it is chosen at creation.",
        kinds=("postgresql-server",),
        check=one_of("backup.geoRedundantBackup", "Enabled"),
        answers=("AZR-000326", "CKV_AZURE_136", "31f4ac4b", "MCSB BR-1"),
    ),
    Rule(
        key="cosmos-backup",
        severity=Severity.HIGH,
        demands="documents can be restored to any second of the last days",
        risk="A periodic backup loses hours, and only Azure's support restores it.",
        fix="Set backupPolicy.type Continuous.",
        kinds=("cosmos-account",),
        check=one_of("backupPolicy.type", "Continuous"),
        answers=("AZR-000439", "e544520b", "MCSB BR-1"),
    ),
    Rule(
        key="blob-recovery",
        severity=Severity.HIGH,
        demands="deleted blobs and containers can be brought back, and earlier versions are kept",
        risk="One wrong script deletes what customers have stored.",
        fix="Switch deleteRetentionPolicy, containerDeleteRetentionPolicy and isVersioningEnabled on.",
        kinds=("blob-service",),
        check=every(
            on("deleteRetentionPolicy.enabled"),
            at_least("deleteRetentionPolicy.days", BACKUP_DAYS),
            on("containerDeleteRetentionPolicy.enabled"),
            on("isVersioningEnabled"),
        ),
        answers=("AZR-000197", "AZR-000289", "CKV2_AZURE_38", "MCSB BR-2"),
    ),
    Rule(
        key="storage-tenant",
        severity=Severity.MEDIUM,
        demands="blobs are copied within the tenant only",
        risk="Object replication sends what customers have stored to an account of somebody else.",
        fix="Set allowCrossTenantReplication false.",
        kinds=("storage-account",),
        check=off("allowCrossTenantReplication"),
        answers=("MCSB DP-2",),
    ),
    Rule(
        key="storage-lifecycle",
        severity=Severity.LOW,
        demands="a rule about old blobs is one that runs",
        risk="A rule that is switched off keeps versions for ever.",
        fix="Set enabled of each rule.",
        kinds=("storage-lifecycle",),
        check=on("policy.rules[].enabled"),
    ),
    Rule(
        key="queue-dead-letters",
        severity=Severity.MEDIUM,
        demands="what cannot be delivered in time is kept aside",
        risk="An event that expires is lost without a trace.",
        fix="Set deadLetteringOnMessageExpiration.",
        kinds=("service-bus-queue", "service-bus-subscription"),
        check=on("deadLetteringOnMessageExpiration"),
    ),
    Rule(
        key="topic-duplicates",
        severity=Severity.LOW,
        demands="an event that is sent twice arrives once",
        risk="A retry makes two orders of one.",
        fix="Set requiresDuplicateDetection.",
        kinds=("service-bus-queue", "service-bus-topic"),
        check=on("requiresDuplicateDetection"),
    ),
    Rule(
        key="registry-retention",
        severity=Severity.LOW,
        demands="images without a tag go after a while",
        risk="Old images with known flaws stay, and are paid for.",
        fix="Set policies.retentionPolicy.",
        kinds=("container-registry",),
        check=one_of("policies.retentionPolicy.status", "enabled"),
        answers=("AZR-000001", "CKV_AZURE_167"),
    ),
    Rule(
        key="cosmos-indexing",
        severity=Severity.LOW,
        demands="documents are indexed as they are written",
        risk="A query finds what was there a while ago.",
        fix="Set indexingMode consistent.",
        kinds=("cosmos-container",),
        check=one_of("resource.indexingPolicy.indexingMode", "consistent"),
    ),
    Rule(
        key="log-retention",
        severity=Severity.MEDIUM,
        demands="logs are kept for 30 days or more, and have a daily limit",
        risk="What happened before somebody noticed is gone; or a loop writes logs for a fortune.",
        fix="Set monitoring.retention_days and daily_quota_gb.",
        kinds=("log-analytics-workspace",),
        check=every(at_least("retentionInDays", 30), present("workspaceCapping.dailyQuotaGb")),
        answers=("MCSB LT-6",),
    ),
)
