using Parquet.Meta;

namespace MLOps.Inference.Tabular;

/// <summary>What the header of a page says.</summary>
/// <param name="HeaderLength">Bytes of the header.</param>
/// <param name="PackedLength">Bytes of the page behind it.</param>
/// <param name="Unpacked">Bytes that the packed ones are said to become.</param>
/// <param name="Values">Rows of a data page; entries of a dictionary.</param>
/// <param name="IsData">Else a dictionary.</param>
/// <param name="PackedStart">Bytes of the page that are not packed; null: all of it.</param>
internal readonly record struct ParquetPage(int HeaderLength, long PackedLength, long Unpacked, long Values, bool IsData, long? PackedStart)
{
    private const int Type = 1;
    private const int UnpackedSize = 2;
    private const int PackedSize = 3;
    private const int Data = 5;
    private const int Dictionary = 7;
    private const int DataV2 = 8;
    private const int ValuesOf = 1;
    private const int NullsOf = 2;
    private const int LevelsOf = 5;
    private const int IsPackedOf = 7;

    /// <summary>Reads the header at the start of the bytes.</summary>
    /// <param name="bytes">From the header on.</param>
    /// <param name="rest">Bytes of the column from the header on.</param>
    /// <param name="hasLevels">Whether cells may be missing.</param>
    /// <returns>Null: the header is longer.</returns>
    /// <exception cref="InferenceException">InvalidRequest: it says what cannot be.</exception>
    public static ParquetPage? Read(ReadOnlySpan<byte> bytes, long rest, bool hasLevels)
    {
        Span<long> header = stackalloc long[PackedSize + 1];
        Span<long> nested = stackalloc long[(DataV2 + 1) * ThriftCompact.NestedFields];
        header.Clear();
        nested.Clear();
        var v2 = nested[(DataV2 * ThriftCompact.NestedFields)..];
        v2[IsPackedOf] = 1;
        var thrift = new ThriftCompact(bytes);
        thrift.ReadStruct(ThriftShape.Page, header, nested);
        if (thrift.IsShort)
        {
            return null;
        }

        var (packed, unpacked) = (header[PackedSize], header[UnpackedSize]);
        if (packed is < 0 or > int.MaxValue || unpacked is < 0 or > int.MaxValue || packed > rest - thrift.Position)
        {
            throw ParquetCheck.Unreadable("a page has a size that cannot be");
        }

        var page = new ParquetPage(thrift.Position, packed, unpacked, 0, IsData: true, 0);
        switch ((PageType)header[Type])
        {
            case PageType.DATA_PAGE:
                return page with { Values = nested[(Data * ThriftCompact.NestedFields) + ValuesOf] };
            case PageType.DICTIONARY_PAGE:
                return page with { Values = nested[(Dictionary * ThriftCompact.NestedFields) + ValuesOf], IsData = false };
            case PageType.DATA_PAGE_V2:
                var levels = hasLevels ? v2[LevelsOf] : 0;
                return v2[NullsOf] < 0 || v2[NullsOf] > v2[ValuesOf] || levels < 0 || levels > packed
                    ? throw ParquetCheck.Unreadable("a page has missing values that cannot be")
                    : page with { Values = v2[ValuesOf], PackedStart = v2[IsPackedOf] == 0 ? null : levels };
            default:
                throw ParquetCheck.Unreadable("a page is of a type that is not read");
        }
    }
}
