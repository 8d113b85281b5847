using System.Buffers.Binary;
using System.Text;

namespace MLOps.Models.Tests.Native;

/// <summary>A minimal shared library that needs GLIBCXX_3.4.30 and GLIBCXX_3.4.32 of libstdc++.so.6 and defines OURS_1: enough for the parser, not for a loader.</summary>
internal static class SyntheticElf
{
    /// <summary>Addresses differ from file offsets by this, as in real libraries.</summary>
    private const int Base = 0x1000;
    private const int Dynamic = 0x100;
    private const int Strings = 0x200;
    private const int Symbols = 0x280;
    private const int Versions = 0x2e0;
    private const int Needs = 0x300;
    private const int Definitions = 0x360;
    private const int Relocations = 0x3a0;
    private const int Size = 0x400;

    /// <param name="used">Whether the relocation refers to the symbol of version GLIBCXX_3.4.32 or to that of GLIBCXX_3.4.30.</param>
    public static byte[] Create(bool used)
    {
        var file = new byte[Size];
        "\u007fELF\u0002\u0001"u8.CopyTo(file);
        Write64(file, 32, 64);
        Write16(file, 54, 56);
        Write16(file, 56, 2);
        Segment(file, 64, type: 1, offset: 0, address: Base, size: Size);
        Segment(file, 120, type: 2, offset: Dynamic, address: Base + Dynamic, size: 0x100);

        (long Tag, long Value)[] dynamic =
        [
            (5, Base + Strings), (6, Base + Symbols), (7, Base + Relocations), (8, 24), (0x6ffffff0, Base + Versions),
            (0x6ffffffe, Base + Needs), (0x6fffffff, 1), (0x6ffffffc, Base + Definitions), (0x6ffffffd, 1), (0, 0),
        ];
        for (var i = 0; i < dynamic.Length; i++)
        {
            Write64(file, Dynamic + (16 * i), dynamic[i].Tag);
            Write64(file, Dynamic + (16 * i) + 8, dynamic[i].Value);
        }

        Encoding.ASCII.GetBytes("\0libstdc++.so.6\0GLIBCXX_3.4.30\0GLIBCXX_3.4.32\0OURS_1\0").CopyTo(file, Strings);

        // Symbols 1 and 2 have the versions 3 (GLIBCXX_3.4.30) and 4 (GLIBCXX_3.4.32).
        Write16(file, Versions + 2, 3);
        Write16(file, Versions + 4, 4);

        Write16(file, Needs, 1);
        Write16(file, Needs + 2, 2);
        Write32(file, Needs + 4, 1);
        Write32(file, Needs + 8, 16);
        Need(file, Needs + 16, index: 3, name: 16, next: 16);
        Need(file, Needs + 32, index: 4, name: 31, next: 0);

        Write16(file, Definitions, 1);
        Write16(file, Definitions + 6, 1);
        Write32(file, Definitions + 12, 20);
        Write32(file, Definitions + 20, 46);

        Write64(file, Relocations, Base);
        Write64(file, Relocations + 8, ((used ? 2L : 1L) << 32) | 6);
        return file;
    }

    private static void Segment(byte[] file, int at, uint type, long offset, long address, long size)
    {
        Write32(file, at, type);
        Write64(file, at + 8, offset);
        Write64(file, at + 16, address);
        Write64(file, at + 32, size);
    }

    private static void Need(byte[] file, int at, ushort index, uint name, uint next)
    {
        Write16(file, at + 6, index);
        Write32(file, at + 8, name);
        Write32(file, at + 12, next);
    }

    private static void Write16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

    private static void Write32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void Write64(byte[] file, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), value);
}
