namespace MLOps.Models.Native;

/// <summary>A file is not the 64-bit little-endian ELF shared library it was taken for.</summary>
internal sealed class ElfFormatException(string message) : Exception(message);
