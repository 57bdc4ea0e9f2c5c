// Command schema writes the table of Kubernetes' built-in types that Coxswain's SchemaCatalog reads:
// field names, types, required fields, enums, defaults, list and map types, patch strategies. Facts only, no sentences.
//
// Which types there are, what is required and the list markers come from the OpenAPI document (swagger.json) of the
// release; what JSON does not show (Go types for error messages, pointers, omitempty, enums, defaults, the order of
// fields) comes from the Go sources of the API modules of the same release.
//
//	go run . -swagger swagger.json -modules DIR -out ../../main/resources/io/coxswain/meta/schema/kubernetes-1.34.txt
//
// DIR holds api@v0.34.0, apimachinery@v0.34.0, apiextensions-apiserver@v0.34.0 and kube-aggregator@v0.34.0, as
// "go mod download k8s.io/api@v0.34.0 ..." leaves them in $(go env GOMODCACHE)/k8s.io.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

type definition struct {
	Type       string                                  `json:"type"`
	Format     string                                  `json:"format"`
	Required   []string                                `json:"required"`
	Properties map[string]property                     `json:"properties"`
	MapType    string                                  `json:"x-kubernetes-map-type"`
	Kinds      []struct{ Group, Version, Kind string } `json:"x-kubernetes-group-version-kind"`
}

type property struct {
	Ref           string    `json:"$ref"`
	Type          string    `json:"type"`
	Format        string    `json:"format"`
	Items         *property `json:"items"`
	Values        *property `json:"additionalProperties"`
	ListType      string    `json:"x-kubernetes-list-type"`
	MapType       string    `json:"x-kubernetes-map-type"`
	MapKeys       []string  `json:"x-kubernetes-list-map-keys"`
	PatchStrategy string    `json:"x-kubernetes-patch-strategy"`
	MergeKey      string    `json:"x-kubernetes-patch-merge-key"`
}

// goField is what the Go source says of one JSON field.
type goField struct {
	name, goType, enum, def      string
	pointer, omitEmpty, omitZero bool
}

type goPackage struct {
	name    string
	types   map[string]*ast.TypeSpec
	docs    map[string]string
	imports map[string]string // local name of an import -> path, over all files
	consts  map[string][]string
}

var (
	modules  string
	packages = map[string]*goPackage{}
	version  = regexp.MustCompile(`^v\d+$`)
	marker   = regexp.MustCompile(`(?m)^\s*\+default=(.*)$`)
	enumMark = regexp.MustCompile(`(?m)^\s*\+enum\s*$`)
)

func main() {
	swagger := flag.String("swagger", "", "the release's swagger.json")
	out := flag.String("out", "", "file to write")
	flag.StringVar(&modules, "modules", "", "folder of the downloaded k8s.io modules")
	flag.Parse()
	var doc struct{ Definitions map[string]definition }
	data, err := os.ReadFile(*swagger)
	check(err)
	check(json.Unmarshal(data, &doc))

	keep := map[string]bool{}
	var visit func(name string)
	visitProperty := func(p *property) {}
	visitProperty = func(p *property) {
		if p == nil {
			return
		}
		if p.Ref != "" {
			visit(refName(p.Ref))
		}
		visitProperty(p.Items)
		visitProperty(p.Values)
	}
	visit = func(name string) {
		if keep[name] {
			return
		}
		keep[name] = true
		for _, p := range doc.Definitions[name].Properties {
			p := p
			visitProperty(&p)
		}
	}
	for name, d := range doc.Definitions {
		for _, k := range d.Kinds {
			if version.MatchString(k.Version) && version.MatchString(lastPart(packageName(name))) {
				visit(name)
			}
		}
		if strings.HasPrefix(name, "io.k8s.apimachinery.") {
			visit(name)
		}
	}
	names := make([]string, 0, len(keep))
	for name := range keep {
		names = append(names, name)
	}
	sort.Strings(names)

	file, err := os.Create(*out)
	check(err)
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "# The types of Kubernetes 1.34 that are generally available. Made by src/build/schema; do not edit.")
	fmt.Fprintln(w, "# P package goPackage | T type [kind=group/version/Kind...] [form=...] [map=atomic] | F field type [attributes]")
	current := ""
	for _, name := range names {
		d := doc.Definitions[name]
		pkg := packageName(name)
		if pkg != current {
			current = pkg
			fmt.Fprintf(w, "P %s %s\n", pkg, load(pkg).name)
		}
		writeType(w, name, d)
	}
	check(w.Flush())
	check(file.Close())
}

func writeType(w *bufio.Writer, name string, d definition) {
	short := lastPart(name)
	pkg := packageName(name)
	fmt.Fprintf(w, "T %s", short)
	for _, k := range d.Kinds {
		// DeleteOptions and its like belong to every group version; they are found by their kind alone.
		if strings.HasPrefix(name, "io.k8s.apimachinery.") && (k.Group != "" || k.Version != "v1") {
			continue
		}
		fmt.Fprintf(w, " kind=%s/%s/%s", k.Group, k.Version, k.Kind)
	}
	if form := formOf(name, d); form != "object" {
		fmt.Fprintf(w, " form=%s", form)
	}
	if d.MapType != "" {
		fmt.Fprintf(w, " map=%s", d.MapType)
	}
	fmt.Fprintln(w)
	if len(d.Properties) == 0 {
		return
	}
	fields := goFields(pkg, short)
	seen := map[string]bool{}
	for _, f := range fields {
		p, ok := d.Properties[f.name]
		if !ok || seen[f.name] {
			continue
		}
		seen[f.name] = true
		writeField(w, pkg, d, f, p)
	}
	for field := range d.Properties {
		if !seen[field] {
			log.Fatalf("%s.%s is in swagger.json and not in the Go sources", name, field)
		}
	}
}

func writeField(w *bufio.Writer, pkg string, d definition, f goField, p property) {
	fmt.Fprintf(w, "F %s %s", f.name, typeOf(pkg, &p))
	for _, r := range d.Required {
		if r == f.name {
			fmt.Fprint(w, " required")
		}
	}
	flag := func(on bool, text string) {
		if on {
			fmt.Fprint(w, " "+text)
		}
	}
	flag(f.pointer, "pointer")
	flag(f.omitEmpty, "omitempty")
	flag(f.omitZero, "omitzero")
	flag(p.ListType != "", "list="+p.ListType)
	flag(len(p.MapKeys) > 0, "keys="+strings.Join(p.MapKeys, ","))
	flag(p.MapType != "", "map="+p.MapType)
	flag(p.PatchStrategy != "", "patch="+p.PatchStrategy)
	flag(p.MergeKey != "", "mergekey="+p.MergeKey)
	flag(f.goType != plainGoType(pkg, &p), "go="+f.goType)
	flag(f.enum != "", "enum="+f.enum)
	flag(f.def != "", "default="+f.def)
	fmt.Fprintln(w)
}

// formOf names the shape of a type whose JSON is not a plain object of its fields.
func formOf(name string, d definition) string {
	switch lastPart(name) {
	case "Quantity":
		return "quantity"
	case "IntOrString":
		return "int-or-string"
	case "Time":
		return "time"
	case "MicroTime":
		return "micro-time"
	case "RawExtension", "FieldsV1", "Patch", "CustomResourceSubresourceStatus":
		return "raw-object"
	case "JSON", "JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray":
		return "raw"
	}
	if d.Type != "object" {
		log.Fatalf("%s has the unknown form %s %s", name, d.Type, d.Format)
	}
	return "object"
}

func typeOf(pkg string, p *property) string {
	switch {
	case p.Ref != "":
		name := refName(p.Ref)
		if packageName(name) == pkg {
			return "." + lastPart(name)
		}
		return name
	case p.Type == "array":
		return "[]" + typeOf(pkg, p.Items)
	case p.Type == "object" && p.Values != nil:
		return "{}" + typeOf(pkg, p.Values)
	case p.Type == "object":
		return "raw-object"
	case p.Type == "integer":
		return p.Format
	case p.Type == "number":
		return "double"
	case p.Type == "boolean":
		return "boolean"
	case p.Type == "string" && p.Format == "byte":
		return "bytes"
	case p.Type == "string":
		return "string"
	}
	log.Fatalf("unknown property %+v", *p)
	return ""
}

// plainGoType is the Go type that the reader of the table assumes where the table names none.
func plainGoType(pkg string, p *property) string {
	switch {
	case p.Ref != "":
		name := refName(p.Ref)
		return load(packageName(name)).name + "." + lastPart(name)
	case p.Type == "array":
		return "[]" + plainGoType(pkg, p.Items)
	case p.Type == "object" && p.Values != nil:
		return "map[string]" + plainGoType(pkg, p.Values)
	case p.Type == "integer":
		return p.Format
	case p.Type == "number":
		return "float64"
	case p.Type == "boolean":
		return "bool"
	case p.Format == "byte":
		return "[]uint8"
	}
	return p.Type
}

// goFields lists a struct's JSON fields in the order of the source, inlined structs included.
func goFields(pkg, typeName string) []goField {
	p := load(pkg)
	spec, ok := p.types[typeName]
	if !ok {
		log.Fatalf("no Go type %s.%s", pkg, typeName)
	}
	structType, ok := spec.Type.(*ast.StructType)
	if !ok {
		if other, isName := spec.Type.(*ast.Ident); isName {
			return goFields(pkg, other.Name)
		}
		if other, isSelector := spec.Type.(*ast.SelectorExpr); isSelector {
			otherPkg, otherName := resolve(p, other)
			return goFields(otherPkg, otherName)
		}
		log.Fatalf("%s.%s is no struct", pkg, typeName)
	}
	var fields []goField
	for _, f := range structType.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, err := strconv.Unquote(f.Tag.Value)
		check(err)
		parts := strings.Split(reflect.StructTag(tag).Get("json"), ",")
		if parts[0] == "-" {
			continue
		}
		expr := f.Type
		star, pointer := expr.(*ast.StarExpr)
		if pointer {
			expr = star.X
		}
		if parts[0] == "" {
			switch t := expr.(type) {
			case *ast.Ident:
				fields = append(fields, goFields(pkg, t.Name)...)
			case *ast.SelectorExpr:
				otherPkg, otherName := resolve(p, t)
				fields = append(fields, goFields(otherPkg, otherName)...)
			}
			continue
		}
		field := goField{name: parts[0], pointer: pointer}
		for _, option := range parts[1:] {
			field.omitEmpty = field.omitEmpty || option == "omitempty"
			field.omitZero = field.omitZero || option == "omitzero"
		}
		if m := marker.FindStringSubmatch(f.Doc.Text()); m != nil && json.Valid([]byte(m[1])) {
			field.def = m[1]
		}
		field.goType = goTypeName(p, pkg, expr)
		field.enum = enumOf(p, pkg, expr)
		fields = append(fields, field)
	}
	return fields
}

// goTypeName is what reflect prints for a type.
func goTypeName(p *goPackage, pkg string, expr ast.Expr) string {
	switch t := expr.(type) {
	case *ast.Ident:
		if _, local := p.types[t.Name]; local {
			return p.name + "." + t.Name
		}
		if t.Name == "byte" {
			return "uint8"
		}
		return t.Name
	case *ast.SelectorExpr:
		otherPkg, otherName := resolve(p, t)
		return load(otherPkg).name + "." + otherName
	case *ast.ArrayType:
		return "[]" + goTypeName(p, pkg, t.Elt)
	case *ast.MapType:
		return "map[" + goTypeName(p, pkg, t.Key) + "]" + goTypeName(p, pkg, t.Value)
	case *ast.StarExpr:
		return "*" + goTypeName(p, pkg, t.X)
	}
	log.Fatalf("unknown Go type %T", expr)
	return ""
}

// enumOf lists the constants of a string type that is marked +enum; for a list, those of its items.
func enumOf(p *goPackage, pkg string, expr ast.Expr) string {
	owner, name := p, ""
	switch t := expr.(type) {
	case *ast.Ident:
		name = t.Name
	case *ast.SelectorExpr:
		var otherPkg string
		otherPkg, name = resolve(p, t)
		owner = load(otherPkg)
	case *ast.ArrayType:
		return enumOf(p, pkg, t.Elt)
	default:
		return ""
	}
	if !enumMark.MatchString(owner.docs[name]) {
		return ""
	}
	var values []string
	for _, v := range owner.consts[name] {
		if v == "" {
			v = `""`
		}
		values = append(values, v)
	}
	sort.Strings(values)
	return strings.ReplaceAll(strings.Join(values, ","), " ", "%20")
}

func resolve(p *goPackage, s *ast.SelectorExpr) (pkg, name string) {
	path, ok := p.imports[s.X.(*ast.Ident).Name]
	if !ok {
		log.Fatalf("no import for %s", s.X.(*ast.Ident).Name)
	}
	return path, s.Sel.Name
}

// load parses a package, given its OpenAPI name (io.k8s.api.core.v1) or its Go path (k8s.io/api/core/v1).
func load(pkg string) *goPackage {
	path := pkg
	if rest, ok := strings.CutPrefix(pkg, "io.k8s."); ok {
		path = "k8s.io/" + strings.ReplaceAll(rest, ".", "/")
	}
	if p, ok := packages[path]; ok {
		return p
	}
	p := &goPackage{types: map[string]*ast.TypeSpec{}, docs: map[string]string{}, imports: map[string]string{}, consts: map[string][]string{}}
	packages[path] = p
	rest := strings.TrimPrefix(path, "k8s.io/")
	module, dir, _ := strings.Cut(rest, "/")
	matches, _ := filepath.Glob(filepath.Join(modules, module+"@*", dir))
	if len(matches) != 1 {
		log.Fatalf("%s: %d folders in %s", path, len(matches), modules)
	}
	parsed, err := parser.ParseDir(token.NewFileSet(), matches[0], func(i os.FileInfo) bool {
		return !strings.HasSuffix(i.Name(), "_test.go") && !strings.HasPrefix(i.Name(), "zz_generated") && i.Name() != "generated.pb.go"
	}, parser.ParseComments)
	check(err)
	for name, parsedPackage := range parsed {
		p.name = name
		files := make([]string, 0, len(parsedPackage.Files))
		for f := range parsedPackage.Files {
			files = append(files, f)
		}
		sort.Strings(files)
		for _, f := range files {
			p.add(parsedPackage.Files[f])
		}
	}
	return p
}

func (p *goPackage) add(file *ast.File) {
	for _, i := range file.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		check(err)
		name := lastSlash(path)
		if i.Name != nil {
			name = i.Name.Name
		}
		p.imports[name] = path
	}
	for _, declaration := range file.Decls {
		g, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range g.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				p.types[s.Name.Name] = s
				p.docs[s.Name.Name] = g.Doc.Text() + "\n" + s.Doc.Text()
			case *ast.ValueSpec:
				t, ok := s.Type.(*ast.Ident)
				if !ok || g.Tok != token.CONST {
					continue
				}
				for _, v := range s.Values {
					if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						value, err := strconv.Unquote(lit.Value)
						check(err)
						p.consts[t.Name] = append(p.consts[t.Name], value)
					}
				}
			}
		}
	}
}

func refName(ref string) string      { return strings.TrimPrefix(ref, "#/definitions/") }
func lastPart(name string) string    { return name[strings.LastIndex(name, ".")+1:] }
func lastSlash(path string) string   { return path[strings.LastIndex(path, "/")+1:] }
func packageName(name string) string { return name[:strings.LastIndex(name, ".")] }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
