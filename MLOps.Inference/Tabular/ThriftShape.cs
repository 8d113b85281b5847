namespace MLOps.Inference.Tabular;

/// <summary>The fields of one of Parquet's structs with the types that they must have. A reader goes by a field's number and does not look at its type:
/// where the two disagree it reads other bytes than were walked, and past their end it may read for ever.</summary>
/// <param name="fields">By number.</param>
internal sealed class ThriftShape(params (int Number, ThriftShape.Field Field)[] fields)
{
    private readonly Dictionary<long, Field> _fields = fields.ToDictionary(field => (long)field.Number, field => field.Field);

    private static Field Flag { get; } = new(FieldKind.Boolean);

    private static Field Small { get; } = new(FieldKind.Byte);

    private static Field Number { get; } = new(FieldKind.Integer);

    private static Field Text { get; } = new(FieldKind.Binary);

    private static ThriftShape Empty { get; } = new();

    /// <summary>A page's header.</summary>
    public static ThriftShape Page { get; } = MakePage();

    /// <summary>The description at a file's end.</summary>
    public static ThriftShape Footer { get; } = MakeFooter();

    /// <returns>Null: a field that is not known here, which a reader passes over by its type.</returns>
    public Field? Of(long number) => _fields.GetValueOrDefault(number);

    private static Field Of(ThriftShape shape) => new(FieldKind.Struct, shape);

    private static Field ListOf(Field element) => new(FieldKind.List, Element: element);

    /// <summary>Numbers from 1 on of one type.</summary>
    private static (int Number, Field Field)[] Many(int count, Field field) => [.. Enumerable.Range(1, count).Select(number => (number, field))];

    private static ThriftShape Statistics() => new((1, Text), (2, Text), (3, Number), (4, Number), (5, Text), (6, Text), (7, Flag), (8, Flag));

    private static ThriftShape MakePage()
    {
        var statistics = Of(Statistics());
        return new(
            [
                .. Many(4, Number),
                (5, Of(new([.. Many(4, Number), (5, statistics)]))),
                (6, Of(Empty)),
                (7, Of(new((1, Number), (2, Number), (3, Flag)))),
                (8, Of(new([.. Many(6, Number), (7, Flag), (8, statistics)]))),
            ]);
    }

    private static ThriftShape MakeFooter()
    {
        var pair = ListOf(Of(new((1, Text), (2, Text))));
        var time = Of(new((1, Flag), (2, Of(new(Many(3, Of(Empty)))))));
        var logical = Of(new(
            [
                .. Many(4, Of(Empty)),
                (5, Of(new((1, Number), (2, Number)))),
                (6, Of(Empty)),
                (7, time),
                (8, time),
                (10, Of(new((1, Small), (2, Flag)))),
                .. Enumerable.Range(11, 5).Select(number => (number, Of(Empty))),
                (16, Of(new((1, Small)))),
                (17, Of(new((1, Text)))),
                (18, Of(new((1, Text), (2, Number)))),
            ]));
        var data = Of(new(
            (1, Number),
            (2, ListOf(Number)),
            (3, ListOf(Text)),
            (4, Number),
            (5, Number),
            (6, Number),
            (7, Number),
            (8, pair),
            (9, Number),
            (10, Number),
            (11, Number),
            (12, Of(Statistics())),
            (13, ListOf(Of(new(Many(3, Number))))),
            (14, Number),
            (15, Number),
            (16, Of(new((1, Number), (2, ListOf(Number)), (3, ListOf(Number)))))));
        var secret = Of(new((1, Of(Empty)), (2, Of(new((1, ListOf(Text)), (2, Text))))));
        var column = Of(new((1, Text), (2, Number), (3, data), (4, Number), (5, Number), (6, Number), (7, Number), (8, secret), (9, Text)));
        var group = Of(new(
            (1, ListOf(column)),
            (2, Number),
            (3, Number),
            (4, ListOf(Of(new((1, Number), (2, Flag), (3, Flag))))),
            (5, Number),
            (6, Number),
            (7, Number)));
        var algorithm = Of(new(Many(2, Of(new((1, Text), (2, Text), (3, Flag))))));
        return new(
            (1, Number),
            (2, ListOf(Of(new([.. Many(3, Number), (4, Text), (5, Number), (6, Number), (7, Number), (8, Number), (9, Number), (10, logical)])))),
            (3, Number),
            (4, ListOf(group)),
            (5, pair),
            (6, Text),
            (7, ListOf(Of(new((1, Of(Empty)))))),
            (8, algorithm),
            (9, Text));
    }

#pragma warning disable CA1720 // They are called so.
    public enum FieldKind
    {
        Boolean = 0,
        Byte,
        Integer,
        Binary,
        List,
        Struct,
    }
#pragma warning restore CA1720

    /// <param name="Shape">Of a struct.</param>
    /// <param name="Element">Of a list.</param>
    public sealed record Field(FieldKind Kind, ThriftShape? Shape = null, Field? Element = null);
}
