"""Fits the weights of auditor/captions (roles, evidence) on annotated pages, and reports them cross-validated.

    python tests/bench/fit_captions.py ../shared/corpora/captions [--tools ../shared/tools]

Prints the weights to be copied into WEIGHTS of captions/roles.py (--what roles) or captions/evidence.py
(--what evidence), fitted on all pages, and for each how well the weights fitted on half of the publishers
judge the other half. Logistic regression with an L2 prior, by Newton's method; no randomness.
"""
