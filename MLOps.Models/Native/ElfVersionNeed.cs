namespace MLOps.Models.Native;

/// <summary>A symbol version that a library asks another one for (Elf64_Vernaux).</summary>
/// <param name="Library">Who has to define it, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Index">Number by which the symbol version table refers to it.</param>
/// <param name="FlagsOffset">Where in the file its 16-bit flags lie.</param>
internal sealed record ElfVersionNeed(string Library, string Version, ushort Index, bool Weak, int FlagsOffset);
