"""Figures of speed, each as a ratio to a peer that is measured in the same run.

`make bench`. A ratio says more than a time: machines differ and are busy, but they slow the peer
down as well. Not part of `make test`.
"""
