using System.Buffers.Binary;
using System.Text;

namespace MLOps.Models.Native;

/// <summary>Reads the symbol versions of a 64-bit little-endian ELF shared library: what it asks of others, what it defines, and which of them its relocations really use.</summary>
/// <remarks>Layouts are those of the System V ABI (Elf64_Ehdr, _Phdr, _Dyn, _Rela) and of the Linux Standard Base's symbol versioning (Elf64_Verneed, _Vernaux, _Verdef, _Verdaux). Works from the program headers, as the dynamic loader does: section headers may be stripped.</remarks>
internal sealed class ElfLibrary
{
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const long StringTable = 5;
    private const long SymbolTable = 6;
    private const long Rela = 7;
    private const long RelaSize = 8;
    private const long JumpRelaSize = 2;
    private const long JumpRela = 23;
    private const long SymbolVersions = 0x6ffffff0;
    private const long VersionDefinitions = 0x6ffffffc;
    private const long VersionDefinitionCount = 0x6ffffffd;
    private const long VersionNeeds = 0x6ffffffe;
    private const long VersionNeedCount = 0x6fffffff;
    private const int RelaEntrySize = 24;
    private const ushort WeakFlag = 2;
    private const ushort VersionIndexMask = 0x7fff;

    private readonly byte[] _content;
    private readonly List<(long Address, long Offset, long Size)> _segments = [];
    private readonly Dictionary<long, long> _dynamic = [];

    /// <exception cref="ElfFormatException">Not a 64-bit little-endian ELF file with a dynamic section, or cut short.</exception>
    public ElfLibrary(byte[] content)
    {
        _content = content;
        if (content.Length < 64 || !content.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new ElfFormatException("The file does not start with the header of a 64-bit little-endian ELF file.");
        }

        ReadSegments();
    }

    /// <summary>The versions it asks other libraries for.</summary>
    public IReadOnlyList<ElfVersionNeed> Needs()
    {
        var needs = new List<ElfVersionNeed>();
        if (!_dynamic.TryGetValue(VersionNeeds, out var address))
        {
            return needs;
        }

        foreach (var at in Chain(Offset(address), _dynamic.GetValueOrDefault(VersionNeedCount), next: 12))
        {
            var library = Text(UInt32(at + 4));
            foreach (var aux in Chain(at + UInt32(at + 8), UInt16(at + 2), next: 12))
            {
                needs.Add(new ElfVersionNeed(library, Text(UInt32(aux + 8)), UInt16(aux + 6), (UInt16(aux + 4) & WeakFlag) != 0, (int)(aux + 4)));
            }
        }

        return needs;
    }

    /// <summary>The versions it defines, its own name among them.</summary>
    public IReadOnlySet<string> Definitions()
    {
        var definitions = new HashSet<string>(StringComparer.Ordinal);
        if (!_dynamic.TryGetValue(VersionDefinitions, out var address))
        {
            return definitions;
        }

        foreach (var at in Chain(Offset(address), _dynamic.GetValueOrDefault(VersionDefinitionCount), next: 16))
        {
            definitions.Add(Text(UInt32(at + UInt32(at + 12))));
        }

        return definitions;
    }

    /// <summary>Whether a relocation refers to a symbol of that version: then the version must be there, and marking it weak would only move the failure.</summary>
    public bool IsUsed(ElfVersionNeed need) =>
        IsUsed(need, Rela, RelaSize) || IsUsed(need, JumpRela, JumpRelaSize);

    /// <summary>A copy of the file in which the given needs are marked weak, so that the loader does not refuse the library for lack of them.</summary>
    public byte[] WithWeak(IEnumerable<ElfVersionNeed> needs)
    {
        var copy = (byte[])_content.Clone();
        foreach (var need in needs)
        {
            var flags = copy.AsSpan(need.FlagsOffset, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
        }

        return copy;
    }

    private void ReadSegments()
    {
        var table = Int64(32);
        var size = UInt16(54);
        var dynamic = -1L;
        for (var i = 0; i < UInt16(56); i++)
        {
            var header = table + (i * size);
            switch (UInt32(header))
            {
                case LoadSegment:
                    _segments.Add((Int64(header + 16), Int64(header + 8), Int64(header + 32)));
                    break;
                case DynamicSegment:
                    dynamic = Int64(header + 8);
                    break;
            }
        }

        if (dynamic < 0)
        {
            throw new ElfFormatException("The ELF file has no dynamic section: it is not a shared library.");
        }

        for (var at = dynamic; Int64(at) != 0; at += 16)
        {
            _dynamic[Int64(at)] = Int64(at + 8);
        }
    }

    private bool IsUsed(ElfVersionNeed need, long tableTag, long sizeTag)
    {
        if (!_dynamic.TryGetValue(tableTag, out var address) || !_dynamic.TryGetValue(SymbolVersions, out var versions) || !_dynamic.ContainsKey(SymbolTable))
        {
            return false;
        }

        var table = Offset(address);
        var versionTable = Offset(versions);
        for (var at = 0L; at < _dynamic.GetValueOrDefault(sizeTag); at += RelaEntrySize)
        {
            var symbol = UInt32(table + at + 12);
            if (symbol != 0 && (UInt16(versionTable + (2L * symbol)) & VersionIndexMask) == need.Index)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Offsets of linked records: each names, at <paramref name="next"/>, how far on the following one lies; 0 ends the chain, so that a damaged count cannot make it endless.</summary>
    private IEnumerable<long> Chain(long first, long count, int next)
    {
        var at = first;
        for (var left = count; left > 0; left--)
        {
            yield return at;
            var step = UInt32(at + next);
            if (step == 0)
            {
                yield break;
            }

            at += step;
        }
    }

    private long Offset(long address)
    {
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
            {
                return address - segment.Address + segment.Offset;
            }
        }

        throw new ElfFormatException($"The ELF file names the address 0x{address:x}, which none of its segments holds.");
    }

    private string Text(uint index)
    {
        var start = Offset(_dynamic.GetValueOrDefault(StringTable)) + index;
        if (start < 0 || start >= _content.Length)
        {
            throw CutShort(start);
        }

        var rest = _content.AsSpan((int)start);
        var length = rest.IndexOf((byte)0);
        return length < 0 ? throw CutShort(_content.Length) : Encoding.UTF8.GetString(rest[..length]);
    }

    private ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    private uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    private long Int64(long offset) => BinaryPrimitives.ReadInt64LittleEndian(Slice(offset, 8));

    private ReadOnlySpan<byte> Slice(long offset, int length) =>
        offset >= 0 && offset <= _content.Length - length ? _content.AsSpan((int)offset, length) : throw CutShort(offset);

    private static ElfFormatException CutShort(long offset) => new($"The ELF file is cut short or damaged: offset {offset} lies outside it.");
}
