"""A command that ends in every way a command must not."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("how")


def run(args: argparse.Namespace) -> int:
    if args.how == "interrupt":
        raise KeyboardInterrupt
    return 1 // 0
