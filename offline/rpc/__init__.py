"""Pulumi's gRPC protocols on plain Python data: provider servers, the language host, and their lifetime."""
