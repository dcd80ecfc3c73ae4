"""The register of every system the policy documents ask for (制度地图): what it is, how far carried out, how to try it.

Carries out part of G11. The register itself is data (``register.yaml``); reading it needs no Django.
"""
